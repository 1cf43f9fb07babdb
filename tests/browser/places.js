// Runs in every page that test_places.py opens, before its own scripts. `walked` promises what was
// followed, `#place` or `#place: miss`: the place of the address, or else every link, by click.
(function () {
  "use strict";
  var NEAR = 4;  // pixels
  var STILL = 6, SOON = 100, LATE = 400;  // frames; milliseconds, and where it is not there yet

  function frame() { return new Promise(requestAnimationFrame); }

  // Resolves when neither the place nor the height of the page has changed for a while.
  async function rest(atLeast) {
    var last = "", since = 0, frames = 0, now;
    do {
      await frame();
      now = scrollY + " " + document.documentElement.scrollHeight;
      frames += 1;
      if (now !== last) { last = now; since = performance.now(); frames = 0; }
    } while (frames < STILL || performance.now() - since < atLeast);
  }

  function heading(hash) {
    var place = document.getElementById(decodeURIComponent(hash.slice(1)));
    return place.querySelector("h1, h2, h3, h4") || place;
  }

  // The pixels by which the heading misses its place: the top, or anywhere in the last window.
  function miss(hash) {
    var root = document.documentElement, box = heading(hash).getBoundingClientRect();
    var beyond = box.top - parseFloat(getComputedStyle(root).scrollPaddingTop);
    var last = scrollY + innerHeight >= root.scrollHeight - 2;
    return last && beyond > 0 && box.bottom <= innerHeight ? 0 : beyond;
  }
  function covered(hash) {
    var found = heading(hash), box = found.getBoundingClientRect();
    return !found.contains(document.elementFromPoint(box.left + 1, box.top + box.height / 2));
  }

  async function check(hash) {
    await rest(SOON);
    if (Math.abs(miss(hash)) > NEAR) { await rest(LATE); }  // a busy machine begins late
    var by = Math.round(miss(hash));
    if (Math.abs(by) > NEAR) { return hash + ": " + by + " px away"; }
    return covered(hash) ? hash + ": covered" : hash;
  }

  // Every link of the sidebar; where it has none, the one beside the heading. From the last: the
  // way there is the longest.
  async function click() {
    var links = document.querySelectorAll("nav a[href^='#sec-']"), found = [];
    if (!links.length) { links = document.querySelectorAll("a.anchor[href^='#sec-']"); }
    for (var link of Array.from(links).reverse()) {
      link.click();
      found.push(await check(link.hash));
    }
    return found;
  }

  window.walked = new Promise(function (done) {
    window.addEventListener("load", function () {
      setTimeout(async function () {
        done(location.hash ? [await check(location.hash)] : await click());
      });
    });
  });
})();
