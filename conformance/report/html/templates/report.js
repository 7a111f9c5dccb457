// Adds filtering, opening of linked tests and copying. The page says everything without it.
(() => {
  "use strict";
  const form = document.querySelector(".filter");
  const box = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const clear = document.querySelector(".clear");
  const picked = document.querySelector(".picked");
  const nothing = document.querySelector(".nothing");
  const tests = document.getElementById("tests");
  const tiles = [...document.querySelectorAll(".tile")];
  const groups = [...document.querySelectorAll(".group")].map((element) => ({
    element,
    items: [...element.querySelectorAll("[data-q]")].map((item) => ({
      item,
      verdict: item.dataset.v,
      text: `${item.dataset.q} ${(item.querySelector("summary") || item).textContent}`.toLowerCase(),
      hidden: false,
    })),
  }));
  const total = groups.reduce((sum, group) => sum + group.items.length, 0);
  const verdicts = new Set();

  function readAddress() {
    const query = new URLSearchParams(location.search);
    box.value = query.get("q") || "";
    verdicts.clear();
    const known = new Set(tiles.map((tile) => tile.dataset.v));
    for (const name of (query.get("v") || "").split(",")) {
      if (known.has(name)) verdicts.add(name);
    }
  }

  function writeAddress() {
    const query = new URLSearchParams();
    if (box.value.trim()) query.set("q", box.value.trim());
    if (verdicts.size) query.set("v", [...verdicts].join(","));
    const text = query.toString();
    const address = location.pathname + (text ? `?${text}` : "") + location.hash;
    try {
      history.replaceState(null, "", address);
    } catch {
      // Some browsers refuse this for files; filtering works all the same.
    }
  }

  function apply() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of groups) {
      let visible = 0;
      for (const one of group.items) {
        const hit =
          (!verdicts.size || verdicts.has(one.verdict)) &&
          words.every((word) => one.text.includes(word));
        if (one.hidden === hit) one.item.hidden = one.hidden = !hit;
        if (hit) visible += 1;
      }
      group.element.hidden = !visible;
      count += visible;
    }
    for (const tile of tiles) {
      tile.setAttribute("aria-pressed", String(verdicts.has(tile.dataset.v)));
    }
    const filtered = words.length > 0 || verdicts.size > 0;
    shown.textContent = filtered ? `${count} of ${total} tests` : `${total} tests`;
    picked.textContent = verdicts.size ? `only ${[...verdicts].join(", ")}` : "";
    clear.hidden = !filtered;
    nothing.hidden = count > 0 || total === 0;
  }

  function makeRoomForBar() {
    // The bar sticks to the top, over what is scrolled there, and wraps where there is no width.
    const height = form.getBoundingClientRect().height;
    document.documentElement.style.scrollPaddingTop = `${Math.ceil(height) + 8}px`;
  }

  function changed() {
    apply();
    writeAddress();
  }

  function reset() {
    box.value = "";
    verdicts.clear();
  }

  function openLinked() {
    // Names in this page need no escapes, so that a fragment never has to be decoded.
    const name = location.hash.slice(1);
    const test = name && document.getElementById(name);
    if (!test) return;
    if (test.hidden || test.closest("[hidden]")) {
      reset();
      changed();
    }
    const group = test.closest("details.test, details.more");
    if (group) group.open = true;
    makeRoomForBar();
    test.scrollIntoView({ behavior: "instant", block: "start" });
  }

  function toggleVerdict(tile) {
    const name = tile.dataset.v;
    if (!verdicts.delete(name)) verdicts.add(name);
    changed();
  }

  function addCopyButtons(details) {
    for (const block of details.querySelectorAll(".shell:not([data-copy])")) {
      const text = block.textContent;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copied";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(block);
        }
      });
      block.dataset.copy = "";
      block.prepend(button);
    }
  }

  for (const tile of tiles) {
    tile.setAttribute("role", "button");
    tile.addEventListener("click", (event) => {
      event.preventDefault();
      toggleVerdict(tile);
    });
    tile.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      toggleVerdict(tile);
    });
  }
  for (const link of document.querySelectorAll(".by")) {
    link.addEventListener("click", () => {
      box.value = link.dataset.q;
      changed();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", changed);
  clear.addEventListener("click", () => {
    reset();
    changed();
    box.focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
      tests.scrollIntoView({ behavior: "instant" });
    } else if (event.key === "Escape" && typing) {
      reset();
      changed();
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    // A link to where the page already is changes no address, so no event would follow.
    if (link && link.getAttribute("href") === location.hash) openLinked();
  });
  document.addEventListener("toggle", (event) => event.target.open && addCopyButtons(event.target), true);
  addEventListener("hashchange", openLinked);

  form.hidden = false;
  readAddress();
  apply();
  openLinked();
})();
