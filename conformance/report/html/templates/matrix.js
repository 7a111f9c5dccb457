// Adds the filter and opens linked rules. The page says everything without it.
(() => {
  "use strict";
  const all = document.getElementById("all");
  const box = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const nothing = document.querySelector(".nothing");
  const rows = [...document.querySelectorAll(".matrix .row")];
  const rules = [...document.querySelectorAll(".rule")];
  const texts = new Map();

  // What a rule is found by: all that it says, with the whole id of each case of a shared row.
  function textOf(rule) {
    if (!texts.has(rule)) {
      const ids = [...rule.querySelectorAll("tbody code")].flatMap((code) => {
        const [first, ...others] = code.textContent.split(" [");
        return others.map((one) => `${first.split("[")[0]}[${one}`);
      });
      texts.set(rule, `${rule.textContent} ${ids.join(" ")}`.toLowerCase());
    }
    return texts.get(rule);
  }

  function apply() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hit = (rule) => words.every((word) => textOf(rule).includes(word));
    let count = 0;
    for (const row of rows) {
      row.hidden = !hit(document.getElementById(row.querySelector("a").hash.slice(1)));
      if (!row.hidden && (all.checked || !row.classList.contains("same"))) count += 1;
    }
    for (const rule of rules) rule.hidden = !hit(rule);
    shown.textContent = `${count} of ${rows.length} rules`;
    nothing.hidden = count > 0;
  }

  function openLinked() {
    // Names in this page need no escapes, so that a fragment never has to be decoded.
    const name = location.hash.slice(1);
    const rule = name && document.getElementById(name);
    if (!rule || !rule.matches(".rule")) return;
    if (rule.hidden) {
      box.value = "";
      apply();
    }
    if (rule.classList.contains("same") && !all.checked) {
      all.checked = true;
      apply();
    }
    rule.open = true;
    rule.scrollIntoView({ behavior: "instant", block: "start" });
  }

  box.addEventListener("input", apply);
  all.addEventListener("change", apply);
  addEventListener("hashchange", openLinked);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) openLinked();
  });
  document.querySelector(".search").hidden = false;
  apply();
  openLinked();
})();
