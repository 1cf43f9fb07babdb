// Remembers which edition a reader chose, and offers on the first page to go back there.
// A classic script: works from file://. Without it the chooser is a list of plain links.
(function () {
  "use strict";
  var KEY = "review-audience";
  var chooser = document.querySelector("nav.audience");
  if (!chooser) { return; }
  var links = Array.prototype.slice.call(chooser.querySelectorAll("a[data-edition]"));
  var here = links.filter(function (link) { return link.hasAttribute("aria-current"); })[0];

  function remembered() {
    try { return window.localStorage.getItem(KEY); } catch (error) { return null; }
  }
  function remember(edition) {
    try { window.localStorage.setItem(KEY, edition); } catch (error) { /* private browsing */ }
  }
  links.forEach(function (link) {
    link.addEventListener("click", function () { remember(link.dataset.edition); });
  });

  var last = links.filter(function (link) { return link.dataset.edition === remembered(); })[0];
  var first = chooser.hasAttribute("data-first");
  if (here && !first) { remember(here.dataset.edition); }
  if (!first || !last || last === here) { return; }

  var offer = document.createElement("p");
  var way = document.createElement("a");
  var stay = document.createElement("button");
  offer.className = "audience-offer";
  offer.setAttribute("role", "status");
  way.href = last.href;
  way.textContent = "Go to it";
  stay.type = "button";
  stay.textContent = "Stay here";
  stay.addEventListener("click", function () {
    if (here) { remember(here.dataset.edition); here.focus(); }
    offer.remove();
  });
  offer.append("Last time you read the edition “" + last.textContent + "”. ", way, " ", stay);
  chooser.append(offer);
})();
