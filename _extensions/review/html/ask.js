// The page "Ask the evidence": a form, and an answer made of claims, passages and tables.
// A classic script: works from file://. Without it the page says how to ask elsewhere.
(function () {
  "use strict";
  var heading = document.querySelector('[id$="-ask-question"], [id="sec-ask-question"]');
  var search = window.reviewSearch;
  if (!heading || !search) { return; }
  var make = search.make, plainWords = Boolean(document.querySelector("#sec-patient-ask"));
  var WORDS = plainWords ? {
    conclusions: "What the review concludes", judgements: "How sure we are",
    claims: "Numbers from the studies", passages: "What this review says",
    tables: "Tables and pictures", terms: "Words explained",
    related: "This may still be of use. It is not an answer to your question:",
    advice: "This asks what one person should do. This review cannot say: it does not know you. " +
      "Your care team can.",
  } : {
    conclusions: "The review's answer", judgements: "Certainty of the evidence",
    claims: "Figures", passages: "Passages", tables: "Tables and figures", terms: "Terms",
    related: "Related evidence, not an answer to the question:",
    advice: "This asks for advice about one person. The review gives none: that is for the " +
      "treating team.",
  };
  var SHOWN = 5, asked = 0, subject = [];

  var input = make("input", { type: "search", id: "ask-input", autocomplete: "off",
    "aria-describedby": "ask-hint" });
  var form = make("form", { "class": "ask-form", role: "search", "aria-label": "Ask the evidence" }, [
    make("label", { "for": "ask-input", "class": "search-label" }, "Your question"),
    make("div", { "class": "ask-line" }, [input, make("button", { type: "submit" }, "Ask")]),
    make("p", { id: "ask-hint" }, "Nothing you type leaves this device. No text is generated: " +
      "an answer is made of what the review prints.")]);
  var answer = make("div", { "class": "ask-answer", "aria-live": "polite" });
  var section = heading.tagName === "SECTION";
  var fallback = section ? heading.querySelector("p") : heading.nextElementSibling;
  fallback.replaceWith(form);
  form.after(answer);

  function index() { return window.reviewIndex; }
  function link(text, addresses) {
    var href = search.address(addresses || []);
    return href ? make("a", { href: href }, text) : make("span", {}, text);
  }
  function joined(parts, between) {
    var all = [];
    parts.forEach(function (part, number) { if (number) { all.push(between); } all.push(part); });
    return all;
  }
  function cites(keys) {
    return joined(keys.slice(0, 3).map(function (key) {
      var cite = index().words.cites[key] || [key, []];
      return link(cite[0], cite[1]);
    }), "; ").concat(keys.length > 3 ? [" and " + (keys.length - 3) + " more"] : []);
  }
  function detail(name, content) { return make("div", {}, [make("dt", {}, name), make("dd", {}, content)]); }

  function claimItem(one) {
    var claim = one.entry;
    var printed = index().links[claim.i][0];
    var places = printed.length ? [detail("Printed in", link("the text", printed))] : [];
    return make("li", { "data-answer": claim.i }, [
      make("p", { "class": "ask-title" }, claim.t), make("p", { "class": "ask-value" }, claim.v),
      make("dl", {}, [
        detail("Certainty", claim.c ? claim.c + " (draft)" : "not judged for this figure"),
        detail("Source", claim.k.length ? cites(claim.k) : "the evidence tables"),
        detail("Ledger", link(claim.i, claim.a))].concat(places))]);
  }
  function passageItem(one) {
    var passage = one.entry;
    var text = (passage.s || []).map(function (part) { return part[0]; }).join(" ");
    var cited = passage.k && passage.k.length ? [" (", make("span", {}, cites(passage.k)), ")"] : [];
    return make("li", {}, [make("p", {}, [text].concat(cited)),
      make("p", { "class": "ask-where" }, link(passage.h, passage.a))]);
  }
  function conclusionItem(one) {
    var said = one.entry, where = link("Where this stands", said.a);
    return make("li", { "data-answer": said.i }, [make("p", { "class": "ask-title" }, said.t),
      make("p", { "class": "ask-where" }, said.k.length ? [where, " (", make("span", {}, cites(said.k)), ")"] : where)]);
  }
  function judgementItem(one) {
    var said = one.entry;
    return make("li", { "data-answer": said.i }, [
      make("p", { "class": "ask-title" }, said.t + ": " + said.l + (said.n ? "" : " (draft)")),
      make("p", {}, said.s), make("p", {}, said.y), make("p", { "class": "ask-where" }, link("Ledger", said.a))]);
  }
  function tableItem(one) { return make("li", {}, link(one.entry.t, one.entry.a)); }
  function termItem(one) {
    return make("li", {}, [make("strong", {}, one.entry[0]), ": " +
      (plainWords ? one.entry[2] : one.entry[3] || one.entry[2])]);
  }
  var ITEMS = { conclusions: conclusionItem, judgements: judgementItem, claims: claimItem, passages: passageItem, tables: tableItem, terms: termItem };

  function group(found, kind) {
    var all = found[kind].slice(0, SHOWN);
    if (!all.length) { return []; }
    return [make("h3", {}, WORDS[kind]), make("ol", { "class": "ask-" + kind }, all.map(ITEMS[kind]))];
  }

  function refused(found) {
    if (found.reason === "advice") {
      return [WORDS.advice + " ", link("Questions for the care team", index().words.covers.questions)];
    }
    if (found.reason === "outside") {
      return "The review does not cover " + found.about.join(", ") + ".";
    }
    if (found.reason === "unknown") {
      return "The review has no answer: nowhere does it speak of " +
        found.about.map(function (word) { return "“" + word + "”"; }).join(", ") + ".";
    }
    if (found.reason === "empty") { return "Please ask about something the review covers."; }
    return "The review has no answer: nowhere does it speak of " +
      found.about.map(function (word) { return "“" + word + "”"; }).join(" and ") + " together.";
  }

  function covers() {
    var words = index().words, own = search.edition();
    var topics = words.covers.topics.filter(function (topic) {
      var href = search.address(topic[1]);
      return href && topicEdition(topic[1]) === own;
    });
    return [make("h3", {}, "What the review covers"), make("p", {}, words.covers.question),
      make("p", {}, "Products: " + words.covers.products.join(", ") + "."),
      make("p", {}, ["Topics: "].concat(joined(topics.map(function (topic) {
        return link(topic[0], topic[1]);
      }), ", "), "."))];
  }
  function topicEdition(text) {
    var words = index().words, page = words.pages[Number(text.slice(1).split("#")[0])];
    var top = page.split("/")[0];
    return words.editions.indexOf(top) > 0 ? top : "";
  }

  function show(question, found) {
    var parts = [make("h2", {}, "“" + question + "”")];
    if (plainWords) { parts = found.urgent.map(search.alarm).concat(parts); }
    if (found.corrections.length) {
      parts.push(make("p", { "class": "ask-note" }, "Read as: " +
        found.corrections.map(function (pair) { return pair.join(" → "); }).join(", ") + "."));
    }
    if (found.answered && found.aside.length) {
      parts.push(make("p", { "class": "ask-note" }, "Left aside, for the review does not have it: " +
        found.aside.map(function (word) { return "“" + word + "”"; }).join(", ") + "."));
    }
    if (found.follows) {
      parts.push(make("p", { "class": "ask-note" }, "Read with your question before: “" + found.follows + "”."));
    }
    if (found.otherTimes) {
      parts.push(make("p", { "class": "ask-note" }, "No figure was found at that time (" +
        found.otherTimes + "); these are the nearest."));
    }
    var bearing = found.order.reduce(function (all, kind) { return all.concat(group(found, kind)); }, []);
    if (!found.answered) {
      if (!(plainWords && found.urgent.length)) {  // who needs help now is not told what is missing
        parts.push(make("p", { "class": "ask-refusal" }, refused(found)));
        parts = parts.concat(covers());
      }
      if (bearing.length) { parts.push(make("p", { "class": "ask-related" }, WORDS.related)); }
    }
    answer.replaceChildren.apply(answer, parts.concat(bearing));
    answer.dataset.answered = String(found.answered);
  }

  function ask() {
    var question = input.value.trim(), mine = asked += 1;
    if (!question) { answer.replaceChildren(); return; }
    answer.replaceChildren(make("p", {}, "Looking …"));
    search.ready(function (ranking) {
      if (mine !== asked) { return; }
      var found = ranking.ask(question, subject);
      subject = found.follows ? subject.concat(question) : [question];
      show(question, found);
    });
  }
  form.addEventListener("submit", function (event) { event.preventDefault(); ask(); });
  var given = new URLSearchParams(window.location.search).get("q");
  if (given) { input.value = given; ask(); }
})();
