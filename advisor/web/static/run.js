// The page of a run: its plots, the points behind each finding, thresholds on trial, and a button that copies.

import {drawAll} from "./plot.js";

// While somebody moves by keyboard, the pointer rests wherever the page scrolls below it.
const tabbedTo = () => document.activeElement?.matches(":focus-visible") && document.activeElement.closest(".finding");

function highlights(plots) {
  for (const finding of document.querySelectorAll(".finding")) {
    const points = JSON.parse(finding.dataset.points);
    const show = () => plots.forEach((plot) => plot.highlight(points));
    const hide = () => plots.forEach((plot) => plot.highlight([]));
    finding.addEventListener("pointerenter", () => { if (!tabbedTo()) show(); });
    finding.addEventListener("focusin", show);
    finding.addEventListener("pointerleave", () => { if (!tabbedTo()) hide(); });
    finding.addEventListener("focusout", hide);
  }
}

function thresholds(section) {
  const sliders = [...section.querySelectorAll("input[type=range]")];
  const state = section.querySelector("#preview-state"), place = section.querySelector("#preview"), reset = section.querySelector("#reset");
  const request = JSON.parse(document.getElementById("request").textContent);
  let waiting, asking;
  section.hidden = false;

  const isMoved = (slider) => Number(slider.value) !== Number(slider.dataset.value);
  function tell(slider) {
    slider.closest(".handle").classList.toggle("moved", isMoved(slider));
    slider.parentElement.querySelector("output").textContent = Number(slider.value).toLocaleString("en", {maximumSignificantDigits: 4});
  }
  async function preview() {
    const parameters = {};
    for (const slider of sliders.filter(isMoved)) (parameters[slider.dataset.rule] ??= {})[slider.dataset.name] = Number(slider.value);
    asking?.abort();
    const moved = Object.values(parameters).reduce((sum, names) => sum + Object.keys(names).length, 0);
    reset.disabled = moved === 0;
    if (moved === 0) {
      place.replaceChildren();
      state.textContent = "Nothing is moved: this is the advice above.";
      return;
    }
    asking = new AbortController();
    state.textContent = "Judging with the moved numbers …";
    try {
      const answer = await fetch("/ui/run/preview", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({request, parameters}), signal: asking.signal});
      const text = await answer.text();
      if (!(answer.headers.get("content-type") ?? "").startsWith("text/html")) throw new Error("no page");
      place.innerHTML = text; // from the service's own template, which escapes
      state.textContent = `${moved} ${moved === 1 ? "number" : "numbers"} moved. A preview: nothing is saved.`;
    } catch (error) {
      if (error.name !== "AbortError") state.textContent = "The service did not answer. Move a number to try again.";
    }
  }
  const soon = (slider) => { tell(slider); clearTimeout(waiting); waiting = setTimeout(preview, 200); };
  for (const slider of sliders) {
    slider.value = slider.dataset.value; // a browser may bring back what was moved before
    slider.addEventListener("input", () => soon(slider));
  }
  reset.addEventListener("click", () => {
    for (const slider of sliders) { slider.value = slider.dataset.value; tell(slider); }
    preview();
    sliders[0].focus();
  });
}

// A link to a finding that is folded away unfolds it.
function unfold() {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  target?.scrollIntoView({block: "nearest"});
}

function copying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = "Copied";
    });
  }
}

highlights(drawAll());
addEventListener("hashchange", unfold);
unfold();
copying();
const section = document.getElementById("thresholds");
if (section) thresholds(section);
