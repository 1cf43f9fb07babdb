// Which words that the review does not have are what is asked, and which may be left aside. A classic
// script without a document. `reviewUnknown(review)` gives `sort`.
(function (scope) {
  "use strict";

  // What follows one of these says of whom, with what or on what: "survival in sarcoidosis".
  var OF = /^(in|among|amongst|for|with|plus|versus|vs|against|on|alongside|of|despite|like)$/;
  var INSTEAD = /^(instead|versus|vs|plus)$/;
  var JOINS = /^(and|or)$/;
  var ASKS = /^(do|does|did|can|could|will|would)$/; // "does it predict relapse"
  var SURE = 1; // subjects beside which an abbreviation may be left aside

  function reviewUnknown(review) {
    var language = review.language;

    // Whether a word stands in a question as names do: a capital within it, or one after other words.
    function capital(word, question) {
      if (!question || !/[a-z]{3}/.test(question)) { return ""; }
      var found = new RegExp("(^|[.!?:]\\s+|[^\\w-])(" + word + ")(?![a-z])", "i").exec(question);
      if (!found) { return ""; }
      if (/[A-Z]/.test(found[2].slice(1))) { return "within"; }
      var after = found[1] === " " && /[a-z,]$/.test(question.slice(0, found.index));
      return after && /[A-Z]/.test(found[2]) ? "first" : "";
    }

    function common(word) { return language.everyday(word) || language.deed(word) || language.notion(word); }

    // A thing of daily life, or what its ending, digits or capitals tell to be a name.
    function names(word, question) {
      if (/\d/.test(word) || language.thing(word)) { return true; }
      var written = capital(word, question);
      return written === "within" || written === "first" && !common(word);
    }

    // A noun that says whom or what something is about, or of what an outcome is.
    function about(tokens, place, owners) {
      var before = tokens[place - 1], after = tokens[place + 1], next = owners[place + 1];
      if (common(tokens[place].word)) { return false; }
      return after && INSTEAD.test(after.word) || before && (OF.test(before.word) || ASKS.test(before.word) ||
          JOINS.test(before.word) && owners[place - 2]) ||
        next && next.kind === "outcome" && (!before || language.silent(before.word));
    }

    // One of two names of a thing, with a stroke between them.
    function beside(word, question) {
      return question && new RegExp("\\w/" + word + "\\b|\\b" + word + "/\\w", "i").test(question);
    }

    // `words` are the places of the words; `strength` is of how many subjects the rest speaks, and
    // `rest` whether the rest says what is asked: not at all, by words, or by a subject.
    function sort(tokens, places, owners, strength, rest, question) {
      var unknown = [], aside = [], doubtful = [], odd = [];
      // A word of a source's title names no other thing beside a subject: a number of guidance.
      function titled(word) { return rest === "subject" && review.heard.has(word) && !language.thing(word); }

      function asked(place) {
        var word = tokens[place].word;
        if (!place && places.indexOf(1) >= 0 && !language.deed(word) && !language.deed(tokens[1].word)) {
          return true; // "utility decrement for a week of side effects"
        }
        if (titled(word)) { return false; }
        var written = strength < SURE || !place || about(tokens, place, owners);
        if (names(word, written && !beside(word, question) && question)) { return true; }
        if (language.deed(word)) { return !rest; }
        if (language.everyday(word) || language.notion(word)) { return rest !== "subject"; }
        return !strength || about(tokens, place, owners);
      }
      var hard = places.filter(function (place) { return !common(tokens[place].word) && !titled(tokens[place].word); });
      places.forEach(function (place) {
        var raw = tokens[place].raw;
        if (asked(place) || hard.length > 1 + 2 * strength && hard.indexOf(place) >= 0) {
          (names(tokens[place].word, question) || about(tokens, place, owners) ? unknown
            : language.everyday(tokens[place].word) ? odd : doubtful).push(raw);
          return;
        }
        if (!language.everyday(tokens[place].word)) { aside.push(raw); }
        if (hard.indexOf(place) >= 0) { odd.push(raw); }
      });
      return { unknown: unknown, aside: aside, doubtful: doubtful, odd: odd };
    }

    return { sort: sort };
  }

  scope.reviewUnknown = reviewUnknown;
})(globalThis);
