// The documents that are ranked: statements, figures, passages, tables, terms and sources, each
// with its words and its weight before any question. A classic script without a document.
(function (scope) {
  "use strict";

  var GAP = 0.5;       // a statement of what is not known
  var REGISTER = 0.4;  // words about the registers of all figures
  var ALARM = 0.1;     // what to do in an emergency stands above the answer: it is no answer itself
  var ELSEWHERE = 0.5; // what another edition prints counts less,
  var PLAINER = 0.2;   // what one in plain words prints least

  // Whether something is printed in the edition being read; every edition has its folder.
  function printedIn(addresses, words, edition) {
    return addresses.some(function (address) {
      var page = words.pages[Number(/^@(\d+)/.exec(address)[1])], top = page.split("/")[0];
      return (words.editions.indexOf(top) > 0 ? top : "") === edition;
    });
  }

  // `phrase` makes of a heading what a question that is the same comes to.
  // In an edition in plain words only what it prints itself is an answer; `plain` lists its claims.
  function documentsOf(index, edition, phrase) {
    var said = new Map(), documents = [];
    var plain = (index.words.plain || {})[edition], own = new Set(plain);
    function read(addresses) { return !plain || printedIn(addresses, index.words, edition); }
    var plainer = Object.keys(index.words.plain || {});
    function near(addresses) {
      if (printedIn(addresses, index.words, edition)) { return 1; }
      return plainer.some(function (one) { return printedIn(addresses, index.words, one); }) ? PLAINER : ELSEWHERE;
    }
    // How readers ask for what stands at these addresses.
    function asked(addresses) {
      var places = new Set(addresses.map(function (address) { return address.split("#")[1]; }));
      return Array.from(places).reduce(function (all, place) {
        return all.concat(index.asked.places[place] || []);
      }, []);
    }
    function alarms(text) {
      return (index.words.emergencies || []).some(function (one) { return text.indexOf(one[0]) >= 0; });
    }
    index.passages.concat(index.tables.sections).forEach(function (passage, number) {
      if (!read(passage.a)) { return; }
      var text = (passage.s || []).map(function (sentence) {
        (sentence[1] || []).forEach(function (claim) {
          if (!said.has(claim)) { said.set(claim, []); }
          if (said.get(claim).length < 2) { said.get(claim).push(sentence[0]); }
        });
        return sentence[0];
      }).join(" ");
      documents.push({ id: "p" + number, kind: text ? "passages" : "sections",
        title: passage.h + (passage.h === passage.g ? "" : ", " + passage.g), text: text, more: "",
        asked: asked(passage.a),
        weight: (passage.x ? GAP : 1) * (passage.r ? REGISTER : 1) * (alarms(text) ? ALARM : 1) *
          near(passage.a),
        here: near(passage.a) === 1, heading: phrase(passage.h), entry: passage });
    });
    // Sentences of the review that answer by themselves; plain pages word them in their own way.
    (plain ? [] : index.statements.conclusions).forEach(function (one) {
      documents.push({ id: "=" + one.i, kind: "conclusions", title: one.t, text: one.w, more: "",
        asked: index.asked.conclusions[one.i], weight: 1, entry: one });
    });
    (plain ? [] : index.statements.judgements).forEach(function (one) {
      documents.push({ id: "~" + one.i, kind: "judgements", title: one.t, text: one.w, more: one.s,
        weight: 1, entry: one });
    });
    index.claims.forEach(function (claim) {
      if (plain && !own.has(claim.i)) { return; }
      documents.push({ id: "c:" + claim.i, kind: "claims", title: claim.t,
        text: (claim.w || "") + " " + (claim.c || ""),
        more: (said.get(claim.i) || []).join(" "), weight: claim.b || 1, entry: claim });
    });
    index.tables.floats.forEach(function (table, number) {
      if (!read(table.a)) { return; }
      documents.push({ id: "t" + number, kind: "tables", title: table.t, text: table.h,
        asked: asked(table.a), more: table.w, weight: near(table.a), entry: table });
    });
    index.words.terms.forEach(function (term, number) {
      documents.push({ id: "g" + number, kind: "terms", title: term[0] + " " + term[1],
        text: term[2], more: term[3], asked: index.asked.terms[term[0]], weight: 1, entry: term });
    });
    index.tables.sources.forEach(function (source, number) {
      if (!read(source[1])) { return; }
      documents.push({ id: "s" + number, kind: "sources", title: source[0], text: "", more: "",
        weight: 1, entry: source });
    });
    return documents;
  }

  scope.reviewDocuments = documentsOf;
})(globalThis);
