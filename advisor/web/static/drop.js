// A file dropped anywhere on the page goes the way of the form; where somebody fills in facts beside it, the form waits for its button.

const form = document.getElementById("upload");
const field = form.querySelector("input[type=file]"), told = document.getElementById("dropped"), facts = document.querySelector(".facts");
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
  if (!facts.open) return form.requestSubmit();
  told.textContent = `${field.files[0].name} is chosen. Press “Judge this file” once the facts are filled in.`;
  form.scrollIntoView({block: "nearest"});
});
for (const link of document.querySelectorAll("a[href='#facts'], a[href^='#fact-']")) link.addEventListener("click", () => { facts.open = true; });
form.addEventListener("submit", () => { told.textContent = `Reading and judging ${field.files[0]?.name ?? "the file"} …`; });
addEventListener("pageshow", (event) => { if (event.persisted) told.textContent = ""; }); // brought back as it was left
