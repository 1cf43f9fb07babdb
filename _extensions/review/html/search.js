// The search box of every page, and the loader of the index. A classic script: works from file://.
// Without it the link to the contents stands in its place.
(function () {
  "use strict";
  var folder = new URL(".", document.currentScript.src);
  var root = new URL("../../", folder);
  var PARTS = ["minisearch", "language", "spelling", "unknown", "question", "intent", "asides", "reading", "documents", "scoring", "answer",
    "ranking", "words", "asked", "claims", "statements", "passages", "tables", "links"];
  var KINDS = { conclusions: "Answer", judgements: "Certainty", claims: "Figure", passages: "Text", sections: "Section", tables: "Table",
    terms: "Word", sources: "Source" };
  var MOST = 12, waiting = null;

  function make(tag, attributes, content) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    [].concat(content === undefined ? [] : content).forEach(function (part) { element.append(part); });
    return element;
  }

  // The index is loaded once, when somebody first wants it.
  function ready(then) {
    if (window.reviewRanked) { then(window.reviewRanked); return; }
    if (waiting) { waiting.push(then); return; }
    waiting = [then];
    (function next(place) {
      if (place === PARTS.length) {
        window.reviewRanked = window.reviewRanking(window.reviewIndex, window.MiniSearch, edition());
        waiting.forEach(function (one) { one(window.reviewRanked); });
        return;
      }
      var script = make("script", { src: new URL(PARTS[place] + ".js", folder).href });
      script.addEventListener("load", function () { next(place + 1); });
      document.head.append(script);
    })(0);
  }

  function path() { return window.location.href.split(/[?#]/)[0].slice(root.href.length); }
  function edition() {
    var first = path().split("/")[0];
    return window.reviewIndex.words.editions.indexOf(first) > 0 ? first : "";
  }

  // Of the addresses of one thing, the one in the edition that is being read.
  function address(found) {
    var words = window.reviewIndex.words, own = edition();
    var pages = [].concat(found).map(function (text) {
      var parts = /^@(\d+)(#.*)?$/.exec(text);
      return parts ? words.pages[Number(parts[1])] + (parts[2] || "") : "";
    }).filter(Boolean);
    var same = pages.filter(function (page) {
      var top = page.split("/")[0];
      return (words.editions.indexOf(top) > 0 ? top : "") === own;
    });
    var page = same[0] || pages[0];
    return page ? new URL(page, root).href : "";
  }

  // What to do first in an emergency, before anything that was found.
  function alarm(text) {
    return make("div", { "class": "callout callout-important", role: "alert" }, make("p", {},
      make("strong", {}, text)));
  }

  window.reviewSearch = { alarm: alarm, ready: ready, address: address, make: make, edition: edition };

  function label(found) {
    var entry = found.entry;
    if (found.kind === "conclusions") { return [entry.t, ""]; }
    if (found.kind === "judgements") { return [entry.t + ": " + entry.l, entry.s]; }
    if (found.kind === "claims") { return [entry.t, entry.v]; }
    if (found.kind === "tables") { return [entry.t, entry.h]; }
    if (found.kind === "terms") { return [entry[0], entry[2]]; }
    if (found.kind === "sources") { return [entry[0], ""]; }
    var text = (entry.s || []).map(function (part) { return part[0]; }).join(" ");
    return [entry.h, text ? text.slice(0, 140) + (text.length > 140 ? " …" : "") : entry.g];
  }
  function target(found) {
    if (found.kind === "sources") { return address(found.entry[1]); }
    if (found.kind === "terms") { return ""; }
    return address(found.entry.a);
  }

  // ---- the box ---------------------------------------------------------------------------

  var place = document.querySelector("[data-search]") ||
    document.querySelector("#quarto-sidebar, #quarto-header");
  if (!place) { return; }
  var input = make("input", { type: "search", id: "review-search", role: "combobox",
    "aria-expanded": "false", "aria-controls": "review-search-list", "aria-autocomplete": "list",
    autocomplete: "off", placeholder: "Search the review" });
  var list = make("ul", { id: "review-search-list", role: "listbox", hidden: "",
    "aria-label": "Search results" });
  var count = make("p", { role: "status", "class": "search-count" });
  var first = make("div", { "class": "search-first" });
  var box = make("div", { "class": "search", role: "search" }, [
    make("label", { "for": "review-search", "class": "search-label" }, "Search"), input, first, count, list]);
  var at = -1, timer = 0, listed = "";
  if (place.matches("[data-search]")) { place.replaceChildren(box); } else { place.prepend(box); }

  function options() { return Array.prototype.slice.call(list.querySelectorAll("[role=option]")); }
  function close() {
    list.hidden = true; count.textContent = ""; at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function choose(step) {
    var all = options();
    if (!all.length) { return; }
    at = (at + step + all.length) % all.length;
    all.forEach(function (option, number) {
      option.setAttribute("aria-selected", String(number === at));
    });
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }
  function follow(option) {
    if (option && option.dataset.href) { close(); window.location.href = option.dataset.href; }
  }
  function show(found) {
    list.replaceChildren.apply(list, found.map(function (one, number) {
      var words = label(one), option = make("li", { role: "option", id: "found-" + number,
        "aria-selected": "false" }, [make("span", { "class": "found-kind" }, KINDS[one.kind]),
        make("span", { "class": "found-title" }, words[0]),
        make("span", { "class": "found-text" }, words[1])]);
      var href = target(one);
      if (href) { option.dataset.href = href; }
      option.addEventListener("mousedown", function (event) { event.preventDefault(); follow(option); });
      return option;
    }));
    at = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    count.textContent = found.length === 0 ? "Nothing found" : found.length === MOST
      ? "The best " + MOST : found.length + " found";
  }
  // Enter opens what is chosen, else the first result that leads somewhere, also where it was
  // pressed before the list was there.
  function open() {
    if (at >= 0) { follow(options()[at]); return; }
    window.clearTimeout(timer);
    search(function () {
      follow(options().filter(function (option) { return option.dataset.href; })[0]);
    });
  }
  function search(then) {
    var words = input.value.trim();
    if (words.length < 2) { close(); return; }
    ready(function (ranking) {
      if (input.value.trim() !== words) { return; }
      var plain = edition() in window.reviewIndex.words.plain;
      first.replaceChildren.apply(first, plain ? ranking.urgent(words).map(alarm) : []);
      if (listed !== words || list.hidden) { show(ranking.find(words, MOST)); } // keep what is chosen
      listed = words;
      if (then) { then(); }
    });
  }
  input.addEventListener("focus", function () { ready(function () {}); });
  input.addEventListener("input", function () {
    window.clearTimeout(timer); timer = window.setTimeout(function () { search(); }, 80);
  });
  input.addEventListener("blur", function () { window.setTimeout(close, 150); });
  input.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown") { choose(1); event.preventDefault(); }
    if (event.key === "ArrowUp") { choose(at < 0 ? 0 : -1); event.preventDefault(); }
    if (event.key === "Escape") { input.value = ""; close(); }
    if (event.key === "Enter") { open(); event.preventDefault(); }
  });
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) ||
      event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault(); input.focus();
    }
  });
})();
