// Shorthand in full, names begun and typing errors mended. A classic script without a document.
// `reviewSpelling(review)` gives `mend(tokens, corrections, stops)`.
(function (scope) {
  "use strict";

  var LONG = 8;        // letters of a word that one slip does not make another
  var stem = scope.reviewLanguage.stem;

  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) { return most + 1; }
    var before = [], row = [], i, j;
    for (j = 0; j <= b.length; j += 1) { row[j] = j; }
    for (i = 1; i <= a.length; i += 1) {
      var older = before; before = row; row = [i];
      for (j = 1; j <= b.length; j += 1) {
        row[j] = Math.min(before[j] + 1, row[j - 1] + 1,
          before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          row[j] = Math.min(row[j], older[j - 2] + 1);
        }
      }
    }
    return row[b.length];
  }

  function reviewSpelling(review) {
    var language = review.language, frequency = review.frequency, heard = review.heard, written = review.written;
    var vocabulary = Array.from(language.within.keys()).filter(function (word) {
      return /^[a-z]{4,}$/.test(word) && !language.silent(word);
    });
    var silent = language.usual.filter(function (word) { return word.length === 4 && language.silent(word); });
    var usual = language.usual.filter(function (word) { return word.length > 4 && word.length < 7 && language.silent(word); });
    var common = language.usual.filter(function (word) { return word.length > 4; });
    var long = Array.from(heard).filter(function (word) { return /^[a-z]{7,}$/.test(word); });

    // The nearest of some words, where one is near: the fewest slips, then the most frequent.
    function nearest(word, words, most) {
      var best = null;
      words.forEach(function (near) {
        if (near[0] !== word[0]) { return; }
        var limit = near.slice(0, 3) === word.slice(0, 3) ? most : 1; // two slips begin after "hae"
        var far = distance(word, near, limit), count = frequency.get(stem(near)) || 1;
        if (far <= limit && (!best || far < best.far || (far === best.far && count > best.count) ||
            (far === best.far && count === best.count && near < best.word))) {
          best = { word: near, far: far, count: count };
        }
      });
      return best && best.word;
    }

    // A word the review never uses becomes the nearest word of a term, or an everyday word that
    // says nothing. Short words are left alone: "renal" is no slip for "real".
    function corrected(word) {
      if (/^[a-z]{4}$/.test(word) && !language.thing(word)) { return sounded(word, silent); }
      if (word.length < 5 || /\d/.test(word)) { return null; }
      if (word.length < 6) {
        return nearest(word, vocabulary.concat(common).filter(function (one) {
          return slipped(word, one);
        }), 1) || sounded(word, usual);
      }
      var slips = word.length > LONG ? 2 : 1;
      return nearest(word, vocabulary, slips) || (word.length < LONG
        ? nearest(word, common.filter(function (one) { return slipped(word, one); }), 1)
        : nearest(word, common, slips) || nearest(word, long, 1));
    }

    // A short word that says nothing, with a wrong vowel or one too few: "meen", "peple".
    function sounded(word, words) {
      function consonants(text) { return text.replace(/[aeiou]+/g, "."); }
      return words.filter(function (one) { return consonants(one) === consonants(word); })[0] || null;
    }

    // The same letters in another order, or once more or less in a row: "untill", never "patent".
    function slipped(word, other) {
      function once(text) { return text.replace(/(.)\1+/g, "$1"); }
      return once(word) === once(other) || word.split("").sort().join("") === other.split("").sort().join("");
    }

    // The beginning of one product's name: "talq".
    function shortened(word) {
      var named = Array.from(language.prefixes).filter(function (name) {
        return word.length > 3 && name.indexOf(word) === 0;
      });
      return named.length === 1 ? named[0] : null;
    }

    // "mPFS" is the median of what the review abbreviates as PFS.
    function median(word) {
      return /^m[a-z]{2,4}$/.test(word) && !written.has(word) &&
        (language.phrases.get(stem(word.slice(1))) || []).some(function (hit) {
          return hit[1] === "outcome";
        });
    }

    // The short form of a word in full, where it is one: "pts", "mPFS", "doin".
    function inFull(word) {
      var whole = language.shorthand.get(word);
      if (whole && !(written.has(word) && (frequency.has(stem(word)) || /\d/.test(whole)))) { return whole; }
      if (median(word)) { return word.slice(1); }
      if (heard.has(word)) { return null; }
      return /in$/.test(word) && (heard.has(word + "g") || language.silent(word + "g")) ? word + "g" : null;
    }

    // Whether a word is written as it should be, or is none that could be mended.
    function right(token, stops) {
      return heard.has(token.word) || heard.has(token.word.replace(/s$/, "")) || stops(token) ||
        language.everyday(token.word) || language.common.has(token.word) || !/^[a-z]+$/.test(token.word);
    }

    // Shorthand in full and typing errors mended; the corrections are told to the reader.
    function mend(tokens, corrections, stops) {
      return tokens.filter(function (token) { return language.shorthand.get(token.word) !== ""; })
        .map(function (token) {
          var better = inFull(token.word);
          if (!better && !right(token, stops)) {
            better = shortened(token.word) || corrected(token.word);
            if (better) { corrections.push([token.raw, better]); }
          }
          return better ? Object.assign({}, token, { word: better, stem: stem(better) }) : token;
        });
    }

    return mend;
  }

  scope.reviewSpelling = reviewSpelling;
})(globalThis);
