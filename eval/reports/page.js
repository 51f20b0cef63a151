"use strict";
(() => {
  const table = document.getElementById("rows");
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const bodies = [...table.tBodies];

  const fits = (body, wanted) => wanted.every(([name, value]) => {
    if (name === "words") return (body.dataset.id + body.dataset.question + body.textContent).toLowerCase().includes(value.toLowerCase());
    if (name.startsWith("tag-")) return body.getAttribute("data-" + name) === value;
    return body.dataset[name] === value;
  });

  const filter = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
    let shown = 0;
    for (const body of bodies) {
      body.hidden = !fits(body, wanted);
      shown += body.hidden ? 0 : 1;
    }
    count.textContent = `${shown} / ${bodies.length} 题`;
  };

  const numeric = new Set(["kind", "ms"]);
  const sort = (heading) => {
    const key = heading.dataset.sort;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const compare = numeric.has(key)
      ? (a, b) => Number(a.dataset[key]) - Number(b.dataset[key])
      : (a, b) => a.dataset[key].localeCompare(b.dataset[key], "zh", { numeric: true });
    const ordered = [...bodies].sort((a, b) => (down ? -1 : 1) * compare(a, b) || a.dataset.place - b.dataset.place);
    table.append(...ordered);
  };

  const toggle = (body) => {
    const detail = body.querySelector(".detail");
    detail.hidden = !detail.hidden;
    body.querySelector(".open").setAttribute("aria-expanded", String(!detail.hidden));
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  table.tHead.addEventListener("click", (event) => {
    const heading = event.target.closest("th[data-sort]");
    if (heading) sort(heading);
  });
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr.main");
    if (row && !event.target.closest("a") && !String(getSelection())) toggle(row.parentElement);
  });
  filter();
})();
