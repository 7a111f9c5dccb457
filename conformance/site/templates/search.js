"use strict";
// The index is loaded when the first word is typed, and never before.
(() => {
  const input = document.getElementById("q");
  const status = document.getElementById("status");
  const list = document.getElementById("results");
  const most = 60;
  let index = null;

  async function load() {
    if (index === null) {
      index = fetch("data/search.json").then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      }).then((data) => data.entries.map((row) => ({ row, text: row.join(" ").toLowerCase() })));
    }
    return index;
  }

  function rank(entry, words) {
    const name = entry.row[1].toLowerCase();
    const query = words.join(" ");
    if (name === query) return 0;
    if (name.startsWith(query)) return 1;
    return words.every((word) => name.includes(word)) ? 2 : 3;
  }

  function show(found, words) {
    const rows = found.map((entry) => [rank(entry, words), entry.row])
      .sort((one, other) => one[0] - other[0]).slice(0, most);
    list.replaceChildren(...rows.map(([, [kind, name, text, address]]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.textContent = name;
      link.href = address;
      const what = document.createElement("span");
      what.className = "soft";
      what.textContent = ` ${kind} `;
      item.append(link, what, text);
      return item;
    }));
    const more = found.length > most ? `, the first ${most} are shown` : "";
    status.textContent = found.length === 0 ? "Nothing found." : `${found.length} found${more}`;
  }

  let asked = 0;
  async function search() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const own = ++asked;
    if (words.length === 0) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    try {
      const entries = await load();
      if (own !== asked) return;
      show(entries.filter((entry) => words.every((word) => entry.text.includes(word))), words);
    } catch (error) {
      index = null;
      status.textContent = "The index can't be loaded. Is the site opened from a web server?";
    }
  }

  input.addEventListener("input", search);
  input.form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  const given = new URLSearchParams(location.search).get("q");
  if (given) { input.value = given; search(); }
})();
