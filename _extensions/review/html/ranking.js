// One ranking for the page and for the command line: a classic script without a document.
// `reviewRanking(index, MiniSearch, edition)` gives `ask(question, earlier)` and `find(words)`.
// An answer is statements of the review first, then figures, then passages; what it holds of each
// kind, and the order of the kinds, is the same for the page and the terminal.
(function (scope) {
  "use strict";

  var Language = scope.reviewLanguage.Language, plain = scope.reviewLanguage.plain;
  var months = scope.reviewLanguage.months;

  function reviewRanking(index, MiniSearch, edition) {
    var review = reviewOf(index, MiniSearch, edition || "");
    var reading = scope.reviewReading(review), scoring = scope.reviewScoring(review);
    var answering = scope.reviewAnswer(review, scoring);

    // `earlier` are the questions before this one, the last one last.
    function ask(question, earlier) {
      var asked = reading.understood(question, earlier || []);
      var found = answering.answersOf(asked), late = "";
      var time = asked.units.filter(function (unit) { return unit.time; })[0];
      if (!found.whole && time && time.time <= review.longest) {
        asked = reading.atOtherTimes(asked); found = answering.answersOf(asked); late = time.text;
      }
      var answer = answering.compose(asked, found);
      answer.urgent = urgent(question, asked.intent);
      answer.otherTimes = answer.answered ? late : "";
      return answer;
    }

    // What to do first, where a question tells of an emergency.
    function urgent(question, intent) {
      if (!intent.personal && !review.inPlainWords) { return []; }
      var words = " " + (plain(question).match(/[a-z]+/g) || []).join(" ") + " ";
      return (index.words.emergencies || []).filter(function (one) {
        return one[1].some(function (phrase) { return words.indexOf(" " + plain(phrase) + " ") >= 0; });
      }).map(function (one) { return one[0]; });
    }

    // Search as one types: every kind, the last word may be unfinished.
    function find(words, most) {
      var tokens = review.language.tokens(words), terms = review.language.terms(words);
      var typed = tokens.length ? tokens[tokens.length - 1].raw : "";
      if (!terms.length) { return []; }
      return review.library.search(terms.concat(typed).join(" "), {
        boost: { title: 3, text: 1.5, more: 1 },
        prefix: function (term) { return term === typed && term.length > 1; },
        fuzzy: function (term) { return /^[a-z]{5,}$/.test(term) && !review.frequency.has(term) ? 0.2 : 0; },
      }).map(function (hit) {
        var document = review.held.get(hit.id).document, all = review.held.get(hit.id), share = 0;
        tokens.forEach(function (token) {
          if (all.title.has(token.stem) || all.body.has(token.stem)) { share += 1; }
        });
        return { document: document, score: hit.score * document.weight *
          Math.pow((share + 0.5) / (tokens.length + 0.5), 2) * (document.kind === "sections" ? 1.5 : 1) };
      }).sort(function (a, b) {
        return b.score - a.score || (a.document.id < b.document.id ? -1 : 1);
      }).slice(0, most).map(function (hit) {
        return { kind: hit.document.kind, entry: hit.document.entry, id: hit.document.id };
      });
    }

    return { ask: ask, find: find, urgent: function (words) {
      return urgent(words, scope.reviewIntent(plain(words), review.inPlainWords));
    } };
  }

  // A review as it is ranked: its documents with their terms, and how often each term stands in them.
  function reviewOf(index, MiniSearch, edition) {
    var language = new Language(index.words);
    var documents = scope.reviewDocuments(index, edition, function (text) { return language.phrase(text); });
    var held = new Map(), frequency = new Map(), cache = new Map();
    function termsOf(text) {
      if (!cache.has(text)) { cache.set(text, language.terms(text)); }
      return cache.get(text);
    }
    var library = new MiniSearch({ fields: ["title", "text", "more", "questions"], idField: "id",
      tokenize: termsOf,
      processTerm: function (term) { return term; },
      searchOptions: { tokenize: function (text) { return text.split(" "); } } });
    language.heard = new Set(language.within.keys());
    documents.forEach(function (document) {
      document.questions = (document.asked || []).join(". ");
      var entry = entryOf(document, termsOf, language);
      held.set(document.id, entry);
      if (document.kind === "sources") { return; }
      new Set([].concat(Array.from(entry.title), Array.from(entry.body))).forEach(function (term) {
        frequency.set(term, (frequency.get(term) || 0) + 1);
      });
    });
    var longest = Math.max.apply(null, Array.from(frequency.keys(), months).filter(Boolean));
    var written = new Set(language.heard);
    held.forEach(function (entry) {
      entry.questions = (entry.document.asked || []).map(function (one) { return new Set(termsOf(one)); });
      entry.questions.forEach(function (terms) { terms.forEach(function (term) { entry.asked.add(term); }); });
      entry.asked.forEach(function (term) { if (!frequency.has(term)) { frequency.set(term, 1); } });
    });
    library.addAll(documents);
    var heard = language.heard;
    language.heard = null;
    return { longest: longest,
      words: index.words, language: language, documents: documents, held: held,
      library: library, frequency: frequency, total: documents.length, heard: heard, written: written,
      given: new Set(language.terms(index.words.covers.given)), asked: rarities(held),
      inPlainWords: Boolean((index.words.plain || {})[edition]) };
  }

  // How much each term of the questions that readers ask tells them apart.
  function rarities(held) {
    var all = new Set(), count = new Map();
    held.forEach(function (entry) { entry.questions.forEach(function (terms) { all.add(terms); }); });
    all.forEach(function (terms) {
      terms.forEach(function (term) { count.set(term, (count.get(term) || 0) + 1); });
    });
    return function (term) { return Math.log(1 + all.size / (1 + (count.get(term) || 0))); };
  }

  // A document with the terms of its title and text; `what` is what a figure measures.
  function entryOf(document, termsOf, language) {
    var title = new Set(termsOf(document.title)), claim = document.kind === "claims";
    function product(term) { return /^product:/.test(term) && language.kinds.get(term) === "product"; }
    var body = new Set(termsOf(document.text).concat(termsOf(document.more)));
    return { document: document, title: title, body: body, asked: new Set(), questions: [],
      own: claim ? new Set(termsOf(document.text)) : body,
      what: claim ? new Set(termsOf(document.title.split(/[,:]/)[0])) : title,
      times: Array.from(title).map(months).filter(Boolean),
      subset: claim && document.entry.u ? termsOf(document.entry.u) : [],
      named: Array.from(title).some(product), speaks: Array.from(title).concat(Array.from(body)).some(product) };
  }

  scope.reviewRanking = reviewRanking;
})(globalThis);
