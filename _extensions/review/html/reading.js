// What a question asks, with what it goes on from: its units, its intent, and what they say
// together. A classic script without a document. `reviewReading(review)` gives
// `understood(question, earlier)` and `atOtherTimes(asked)`.
(function (scope) {
  "use strict";

  var plain = scope.reviewLanguage.plain, intentOf = scope.reviewIntent, asidesOf = scope.reviewAsides;
  var INDIRECT = scope.reviewLanguage.stem("indirect");
  var ASKED = /^(and |but |so |please )?(what|whats|which|who|whom|whose|when|where|why|how|hows|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|any|after|out of|if|(for|in|by|at|on|with|to|of|until|since|from|within) (what|which|how|whom|when))\b/;
  // A clause that tells of somebody: "my husband coughs all winter, how likely is an infection".
  var TOLD = /(?:^|,\s*)((?:my|our|his|her|their|i|im|ive|he|hes|she|shes|we|they)\s(?!(?:or|and)\b)[^,.?!]*)(?:,\s*|$)/g;
  var PROVIDED = /^(?:if|since|as|because|given that) ([^,.?!:;]*):/; // "if we pay: how many"
  var ABOUT = /\b(he|she|him|her|they|them|it|this|that|these|those|i|me|we|us)\b/;
  var IT = /\b(it|this|that|these|those)\b/;
  var REPLACED = ["product", "study", "time", "outcome"];

  function reviewReading(review) {
    var language = review.language, read = scope.reviewQuestion(review);

    // What the units of a question say together.
    function gather(units, intent, said) {
      function has(pattern) {
        return units.some(function (unit) {
          return unit.terms.some(function (term) { return pattern.test(term); });
        });
      }
      var words = new Set(said);
      units.forEach(function (unit) {
        unit.terms.concat(unit.partial || []).forEach(function (term) { words.add(term); });
        language.tokens(unit.text).forEach(function (token) { words.add(token.stem); });
      });
      var standard = has(/^product:/) && units.some(function (unit) {
        return unit.kind === "term" && unit.terms.some(function (term) { return /^product:/.test(term); });
      });
      var study = units.some(function (unit) { return unit.kind === "study"; });
      var people = new Set(), products = [];
      units.forEach(function (unit) {
        if (unit.kind === "product") { products = products.concat(unit.terms); }
        unit.terms.forEach(function (term) {
          if (review.words.characteristics.indexOf(term) >= 0) { people.add(term); }
        });
      });
      return { units: units, intent: intent, words: words, people: people, products: products, standard: standard, study: study,
        named: study, timed: units.some(function (unit) { return unit.time; }),
        routine: has(/^term:real_world_evidence$|registr/), ratio: has(/hazard_ratio|^ratio|^odd|differenc/),
        pooled: has(/^pool|meta_analysis|heterogeneity|predict|median_cohort/),
        indirect: words.has(INDIRECT), by: (standard || study) && !words.has(INDIRECT) ? "randomised" : "indirect" };
    }

    // A question that goes on from the one before keeps its subject; what it names itself is new.
    function goesOn(own, intent, earlier) {
      if (!earlier.length) { return false; }
      var kinds = own.units.map(function (unit) { return unit.kind; });
      if (own.outside.length || own.unknown.concat(own.doubtful).length && !own.units.length) { return false; }
      if (kinds.indexOf("outcome") < 0) { return intent.goesOn || intent.refers || !kinds.length; }
      return (intent.adds || intent.narrows || intent.ofThat) && kinds.indexOf("product") < 0 && kinds.indexOf("study") < 0;
    }

    // A question with its slips mended: "beter" compares as "better" does.
    function mended(text, corrections) {
      return corrections.reduce(function (said, pair) {
        return said.split(pair[0]).join(pair[1]);
      }, text);
    }

    function conceives(units) { return units.some(function (unit) { return unit.kind !== "word"; }); }

    // Who tells a story asks in one sentence of it: that one says what is asked, the others of whom.
    // Whose word something is, and who asks, says neither.
    function focused(text, question) {
      var parts = asidesOf(text), own = narrowed(parts.asks, question);
      if (parts.asks === text) { return own; }
      if (!own.units.length) { return narrowed(text, question); }
      var told = read(parts.told.join(". "), false, question), heard = read(parts.heard.join(". "), false, question);
      return Object.assign(own, {
        unknown: own.unknown.concat(told.unknown.filter(language.thing, language)),
        units: own.units.concat(told.units.filter(conceptual), heard.units.filter(named)) });
    }

    function conceptual(unit) { return unit.kind !== "word" && !unit.time; }

    function named(unit) { return (unit.must || treats(unit) || characterises(unit)) && conceptual(unit); }

    // Of which patients somebody tells: with an earlier treatment, with a feature of the disease.
    function characterises(unit) {
      return unit.terms.some(function (term) { return review.words.characteristics.indexOf(term) >= 0; });
    }

    function treats(unit) { return unit.kind === "product"; }

    function narrowed(text, question) {
      var sentences = text.replace(PROVIDED, "$1. ").replace(TOLD, ". $1. ").split(/[.!]+\s+|\?+\s*/).filter(function (one) {
        return / .* /.test(one.trim()) || asked(one) && / /.test(one.trim());
      });
      var asks = sentences.filter(asked), told = sentences.filter(function (one) { return !asked(one); });
      if (!asks.length || !told.length) { return read(text, false, question); }
      var own = read(asks.join(" "), false, question), last = told.length;
      // "What does it mean?" asks about what was told just before.
      while (!strong(own) && last > 0) {
        last -= 1;
        own = joined(own, read(told[last], false, question), true, last === told.length - 1);
      }
      if (!strong(own)) { return ofAll(text, asks.join(" "), question, told[told.length - 1]); }
      return joined(own, read(told.slice(0, last).join(". "), false, question), ABOUT.test(asks.join(" ")), false, IT.test(asks.join(" ")));
    }

    // A story and its question as one: things that only the story has are not asked about, but for
    // those that "it" may be, in the sentence before.
    function ofAll(text, asks, question, before) {
      var own = read(text, false, question), it = IT.test(asks);
      function words(part) { return new Set(language.tokens(part).map(function (token) { return token.raw; })); }
      var said = words(asks), last = words(before);
      function kept(word) { return said.has(word) || language.ending.test(word) || it && language.thing(word) && last.has(word); }
      return Object.assign(own, { unknown: own.unknown.filter(kept), doubtful: own.doubtful.filter(kept), odd: own.odd.filter(kept) });
    }

    function asked(sentence) { return ASKED.test(sentence.trim()); }

    function strong(own) { return own.units.some(function (unit) { return unit.strong; }); }

    // What is told of counts by the products it names (had before, where the question names another),
    // the studies and the kind of patients and, where one goes on to ask about it, by names of diseases
    // and drugs: never by things of daily life.
    function joined(own, told, about, before, it) {
      if (own.units.some(treats)) { told.units.forEach(function (unit) { if (treats(unit)) { unit.must = false; } }); }
      function ill(word) { return about && language.ending.test(word) || before && language.thing(word); }
      return Object.assign(own, {
        outside: own.outside.concat(told.outside.filter(function (topic) { return topic.words.some(ill); })),
        unknown: own.unknown.concat(told.unknown.concat(told.doubtful).filter(ill)),
        units: own.units.concat(told.units.filter(!strong(own) ? conceptual : it ? subject : named)) });
    }

    // What "it" may be, in the sentence after: what is named, or an outcome.
    function subject(unit) { return named(unit) || unit.kind === "outcome"; }

    // `earlier` are the questions before this one, the last one last.
    function understood(question, earlier) {
      var intent = intentOf(plain(question), review.inPlainWords), own = focused(intent.rest, question);
      if (own.corrections.length) {
        intent = intentOf(mended(plain(question), own.corrections), review.inPlainWords);
      }
      if (intent.certain && !earlier.length && !conceives(own.units)) {
        intent.certain = false; own = read(plain(question), false, question);
      }
      if (!own.units.length && !own.unknown.length && !own.doubtful.length && !own.outside.length && !earlier.length) {
        own = read(intent.rest, true, question);
      }
      var from = goesOn(own, intent, earlier) ? earlier : [], before = [], last = null;
      if (from.length) {
        last = understood(from[from.length - 1], from.slice(0, -1));
        before = last.units.filter(function (unit) {
          return REPLACED.indexOf(unit.kind) < 0 || (intent.narrows || intent.adds && intent.refers && !intent.ofThat) && unit.kind === "outcome" ||
            !own.units.some(function (other) { return other.kind === unit.kind; });
        }).map(function (unit) { return Object.assign({}, unit, { before: true }); });
      }
      intent.compares = intent.compares || own.alternatives;
      if (intent.differs && !own.units.some(function (unit) { return unit.kind === "product"; })) {
        intent.compares = false; intent.defines = true;
      }
      // What goes on from a question that has no answer has none either, unless it names another thing.
      var still = last && !own.units.some(function (unit) { return unit.must && conceptual(unit); });
      return Object.assign(gather(before.concat(own.units), intent, own.said), { said: own.said,
        phrase: language.phrase(question), all: new Set(language.terms(intent.rest)),
        unknown: own.unknown.concat(still ? last.unknown : []), doubtful: own.doubtful, odd: own.odd,
        outside: own.outside.concat(still ? last.outside : []), aside: own.aside,
        corrections: own.corrections,
        follows: from.length ? from[from.length - 1] : "" });
    }

    // Without a figure at the time that was asked for, others of the same subject are shown.
    function atOtherTimes(asked) {
      var rest = asked.units.filter(function (unit) { return !unit.time; });
      return Object.assign({}, asked, gather(rest, asked.intent, asked.said), { timed: false });
    }

    return { understood: understood, atOtherTimes: atOtherTimes };
  }

  scope.reviewReading = reviewReading;
})(globalThis);
