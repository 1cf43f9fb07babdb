// How a question is read: as units, each a concept, a word, a time or a number, with its weight. A
// classic script without a document. `reviewQuestion(review)` gives `read(question, loosely)`;
// `review` is the language, how often each term stands in how many documents, the words heard in
// them, and what the question of the review itself says.
(function (scope) {
  "use strict";

  var months = scope.reviewLanguage.months;
  var GIVEN = 0.15;    // what the question of the review itself says goes without saying
  var OUTCOME = 1.3;   // what is measured decides most
  var WORD = 0.5;      // a word beside one that names a thing
  var COMMON = 0.4;    // of that, an everyday word
  var RAREST = 3.5;    // no word or term weighs more than this, however seldom the review has it
  var HALF = 0.5;      // of a subject: a term that is no outcome, or several words
  var REACH = 3;       // words from an "or" to what it joins
  var LIMITS = /^(over|under|above|below|than|aged?)$/;
  var PEOPLE = /^(patients?|people|persons?|participants?|subjects?|men|women)$/; // "97 patients"

  function reviewQuestion(review) {
    var language = review.language, frequency = review.frequency;
    var stems = new Set(language.within.values()), mend = scope.reviewSpelling(review), sort = scope.reviewUnknown(review).sort;

    function rarity(terms) {
      var count = 0;
      terms.forEach(function (term) { count = Math.max(count, frequency.get(term) || 0); });
      return Math.log(1 + review.total / (count + 1));
    }

    // Whether the question of the review itself names a thing, so that it goes without saying.
    function said(terms, kind) {
      return terms[kind === "outcome" ? "every" : "some"](function (term) {
        return review.given.has(term) && language.kinds.get(term) === "term";
      });
    }

    function unitOf(hits, words) {
      var kind = ["product", "study", "outcome", "term"].filter(function (name) {
        return hits.some(function (hit) { return hit[1] === name; });
      })[0], named = kind === "product" || kind === "study";
      var plain = words.length === 1 && (language.everyday(words[0].word) || language.silent(words[0].word));
      var own = hits.filter(function (hit) {
        return !named || hit[1] === "product" || hit[1] === "study";
      });
      var terms = own.map(function (hit) { return hit[0]; });
      return { text: words.map(function (token) { return token.raw; }).join(" "), kind: kind,
        terms: terms, must: named, topic: terms.every(function (term) { return /^topic:/.test(term); }),
        strong: kind !== "product" && !plain && !said(terms, kind),
        treatment: !named && terms.some(function (term) { return /^product:/.test(term); }),
        weight: (named ? rarity(terms) : Math.min(rarity(terms), RAREST)) *
          (said(terms, kind) ? GIVEN : kind === "outcome" ? OUTCOME : 1),
        partial: words.length === 1 && !named ? words[0].stem : "" };
    }

    // A percentage is a figure that somebody quotes, no name of what is asked.
    function share(number, question) { return new RegExp("\\b" + number + "\\s?(%|percent)").test(question); }

    function wordUnit(token, number, time, share) {
      return { text: token.raw, kind: time ? "time" : "word", terms: [token.stem], partial: "",
        everyday: language.everyday(token.word), given: review.given.has(token.stem),
        must: number && !share && !review.inPlainWords || /-\d/.test(token.word) || language.ending.test(token.word), time: time,
        weight: number ? rarity([token.stem])
          : Math.min(rarity([token.stem]), RAREST) * (review.given.has(token.stem) ? GIVEN
            : WORD) };
    }

    // Whether units say what is asked: a product does not, nor one word, nor what goes without saying.
    function subject(units) {
      return units.some(function (unit) {
        return unit.kind !== "word" && unit.kind !== "product" && !said(unit.terms, unit.kind);
      }) || words(units) > 1;
    }

    function words(units) {
      return units.filter(function (unit) {
        return unit.kind === "word" && !unit.everyday && !unit.given;
      }).length;
    }

    // Of how many subjects units speak.
    function strengthOf(units) {
      return units.reduce(function (sum, unit) {
        return sum + (!unit.strong ? 0 : unit.kind === "term" && !unit.topic ? HALF : 1);
      }, words(units) > 1 ? HALF : 0);
    }

    // Whether units say what is asked: by a subject, by words, or not at all.
    function restOf(units) {
      if (subject(units)) { return "subject"; }
      return units.some(function (unit) {
        return unit.kind !== "product" && !unit.given && !said(unit.terms, unit.kind);
      }) ? "words" : "";
    }

    // "One or the other": two treatments on both sides of an "or" are to be compared.
    function compares(tokens, owners) {
      function beside(place, step) {
        for (var far = 1; far <= REACH; far += 1) {
          var unit = owners[place + far * step];
          if (unit) { return unit; }
        }
        return null;
      }
      return tokens.some(function (token, place) {
        var before = beside(place, -1), after = beside(place, 1);
        return token.word === "or" && before && after && before !== after &&
          [before, after].every(function (unit) { return unit.kind !== "outcome"; }) &&
          [before, after].some(function (unit) {
            return unit.terms.some(function (term) { return /^product:/.test(term); });
          });
      });
    }

    // Names of capitals, with a stroke or a number, that the review does not have: "G-BA", "CD4".
    function codesOf(question) {
      return (question.match(/\b[A-Z]-[A-Z]{2,}\b/g) || []).concat(scope.reviewLanguage.codes(question)).filter(function (code) {
        var name = code.toLowerCase();
        return !review.heard.has(name) && !language.codes.has(name) && !language.numbered.has(name.replace(/(\d)/, "-$1")) && !language.initials(name);
      });
    }

    // `original` has the capitals that the question in plain letters lacks.
    function read(question, loosely, original) {
      var corrections = [], units = [], strange = [], codes = [], outside = [], owners = {};
      var covered = new Set();
      function stops(token) { return (loosely ? language.empty : language.silent)(token.word); }
      var tokens = mend(language.tokens(question), corrections, stops);
      language.match(tokens, function () { return true; }, true).forEach(function (found) {
        var words = tokens.slice(found.start, found.start + found.size);
        if (words.length < 2 && words.every(stops)) { return; }
        var not = found.hits.filter(function (hit) { return hit[1] === "not"; });
        var own = found.hits.filter(function (hit) { return hit[1] !== "not"; }), unit;
        if (own.length) { unit = unitOf(own, words); units.push(unit); } else {
          outside.push({ about: not[0][0].slice(4),
            words: words.map(function (token) { return token.word; }),
            terms: words.map(function (token) { return token.stem; }) });
        }
        for (var i = found.start; i < found.start + found.size; i += 1) {
          covered.add(i); owners[i] = unit;
        }
      });
      tokens.forEach(function (token, place) {
        if (covered.has(place)) { return; }
        var number = /^#?\d/.test(token.word), time = months(token.stem);
        if (token.word === "any" && owners[place + 1] && owners[place + 1].kind === "outcome") {
          units.push(wordUnit(token)); // "any infection" is one of any grade
          return;
        }
        if (stops(token) || (token.spelled && number)) { return; }
        if (number && !time && tokens[place + 1] && PEOPLE.test(tokens[place + 1].word)) { return; }
        var limit = number && !time && place && LIMITS.test(tokens[place - 1].word);
        if (frequency.has(token.stem) || time) {
          units.push(wordUnit(token, number && !limit, time, share(token.raw, question)));
        } else if (!number && token.word.length > 1 && !stems.has(token.stem)) {
          strange.push(place);
        } else if (/^[a-z]$/.test(token.word) && !covered.has(place + 1) && tokens[place + 1]) {
          var code = token.word + "-" + tokens[place + 1].raw; // "E-value"
          if (question.indexOf(code) >= 0) { codes.push(code); }
        }
      });
      if (units.some(function (unit) { return unit.kind !== "word"; })) {
        units.forEach(function (unit) { if (unit.everyday) { unit.weight *= COMMON; } });
      }
      codes = codes.concat(codesOf(original || question));
      var alternatives = compares(tokens, owners), strength = strengthOf(units) + (alternatives ? HALF : 0);
      var sorted = sort(tokens, strange, owners, strength, restOf(units), original || question);
      return { units: units, unknown: sorted.unknown.concat(codes), doubtful: sorted.doubtful,
        aside: sorted.aside, odd: sorted.odd, outside: outside, corrections: corrections,
        alternatives: alternatives,
        said: tokens.map(function (token) { return token.stem; }) };
    }

    return read;
  }

  scope.reviewQuestion = reviewQuestion;
})(globalThis);
