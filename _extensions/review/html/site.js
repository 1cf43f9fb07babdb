// A classic script, so that it works from file://. Without it every page reads the same.
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 60rem)");
  var chapters = document.querySelector("nav.book details");
  function fold() { if (chapters) { chapters.open = !narrow.matches; } }
  fold();
  narrow.addEventListener("change", fold);

  // From a reader's first click on, and only in a loaded page, scrolling is smooth (site.css).
  document.addEventListener("click", function () {
    if (document.readyState === "complete") { document.documentElement.dataset.moves = ""; }
  }, true);

  // The browser looks for an address's place early; a form that a script adds then moves it.
  var arrival = performance.getEntriesByType("navigation")[0], moved = false;
  ["wheel", "touchmove", "keydown", "pointerdown"].forEach(function (name) {
    window.addEventListener(name, function () { moved = true; }, { once: true, passive: true });
  });
  window.addEventListener("load", function () {
    var name = decodeURIComponent(window.location.hash.slice(1));
    var place = name && document.getElementById(name);
    if (place && !moved && arrival && arrival.type === "navigate") { place.scrollIntoView(); }
  });

  var links = Array.prototype.slice.call(document.querySelectorAll("ol.contents a"));
  if (!("IntersectionObserver" in window) || !links.length) { return; }
  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) { return; }
      links.forEach(function (link) {
        if (link.hash === "#" + entry.target.id) { link.setAttribute("aria-current", "true"); }
        else { link.removeAttribute("aria-current"); }
      });
    });
  }, { rootMargin: "0px 0px -70% 0px" });
  links.forEach(function (link) {
    var target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) { seen.observe(target); }
  });
})();
