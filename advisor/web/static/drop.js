// A file dropped anywhere on the page goes the way of the form.

const form = document.querySelector("[data-drop] form");
const field = form.querySelector("input[type=file]");
const page = document.body;
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

page.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  page.classList.add("dropping");
});
page.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) page.classList.remove("dropping"); });
page.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  page.classList.remove("dropping");
  field.files = event.dataTransfer.files;
  form.requestSubmit();
});
