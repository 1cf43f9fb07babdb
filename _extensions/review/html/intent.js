// What a question asks for besides its subject: advice, a definition, certainty, a comparison, a
// date, a count, a share, what is not known; and whether it goes on from the question before. A
// classic script without a document. `reviewIntent(text, inPlainWords)` takes a question in lower case, without accents.
(function (scope) {
  "use strict";

  var PERSON = "(mum|mom|mother|dad|father|wife|husband|partner|son|daughter|brother|sister|uncle|aunt|" +
    "friend|grandad|grandma|grandfather|grandmother|nan|gran|patient|pt|client|relative)";
  // In plain words whoever says "should I" asks for advice; a professional where it is a treatment.
  var SHOULD = /\bshould (i|we|my|he|she|they|our|one)\b|\b(i|we|he|she) should\b/;
  var ADVICE = [
    /\bought (i|we|he|she|they|(my|our) PERSON) (to )?/,
    /\bshould (i|we|he|she|they|one) (have|take|get|choose|try|stop|start|go|wait|switch|hold|bridge|continue|repeat)\b/, /\bmy (patient|client)\b(?!.*\b(what (is|are|was) the|how (long|many|often|likely|common|soon|much))\b)/,
    /\bshould (my|our|the|a) [a-z]+( [a-z]+)? (have|take|get|choose|try|stop|start|go|wait)\b/,
    /\b(right|good|safe|safer|suitable|wrong|dangerous|worth it) (choice )?for (me|us|my|him|her|our)\b/,
    /\b(recommend|advise|suggest)\b.*\b(me|us|my|him|her)\b/,
    /\bwould you (recommend|advise|suggest|choose|take|do|have|go|give|offer|tell|let|allow|stop|send|start)\b/, /\bif you were me\b/,
    /\bam i (too|fit|eligible|able|allowed|well|a candidate|still|going)\b/,
    /\bis (my|he|she|our) .*\b(too|fit|eligible|well|strong|right) (old|weak|ill|sick|enough|for|to)\b/,
    /\b(can|may|could|must|shall) (i|we|(my|our) PERSON) (still )?(stop|take|skip|start|try|delay|wait|keep|combine)\b/,
    /\b(do|would|could|will) (i|we|(my|our) PERSON|he|she|they) (qualify|be (eligible|suitable|accepted|a candidate))\b/,
    /\b(is|am) (it|i|he|she|(my|our) PERSON)\b.*\btoo (late|old|weak|ill|frail|sick|far gone)\b/,
    /\b(would|will) it be .* for (me|us|my|our|him|her)\b/,
    /\b(what would|would) you (do|choose|pick|say)\b/, /\bdo you (think|recommend|advise|suggest)\b/,
    /\b(has|have|does|will) (he|she|(my|our) PERSON)\b.*\b(left|have to live|survive)\b/,
    /^do (i|we) (need|have) to (go|stop|take|start|wait|call|see|come|keep|change)\b/,
    /\bwhat (should|would|must) (i|we) do\b/, /\bin my case\b/,
    /\bmy (results|blood (tests?|results?)|scans?|tumou?r)\b/,
    /\b(im|ive|i (am|have)|my|hes|shes|(he|she) (is|has))\b.*\bfor (me|us|him|her)\W*$/,
    /\bis it safe for (me|us)\b/,
  ].map(spelled);
  // A person told by numbers, and a decision: "my pt is 74 with an EF of 35%, can I still"; who asks
  // how long or how often asks for what is known.
  var DECIDES = [
    /\b(im|i am|hes|he is|shes|she is|(my|our) PERSON)\b.*\d.*\b((can|could|should|would) (i|he|she|we|you|it)(?! need)|ok|okay|safe|eligible|candidate|suitable|which|worth)\b/,
    /\b(can|could|should|would|is|am)\b.*\b(im|i am|hes|he is|shes|she is|(my|our) PERSON)\b.*\d/,
  ].map(spelled);
  var MEASURES = /\bhow (long|many|often|likely|common|soon|much)\b/;
  var HOW_LONG = /\bhow (long|many [a-z]+|often|much [a-z]+) (must|do|does|will|would|can|could) (i|we|he|she|they|one)( have)?\b/;
  // "Can I have": a treatment is advice, a harm is a risk that the review may know.
  var MAY = spelled(/\b(can|may|could|might|shall) (i|we|he|she|they|(my|our) PERSON) (still )?(have|get)\b/);
  // Who asks when to call asks for signs that the pages name.
  var CALLS = /\b(when|who|whom|what)\b.*\b(call|ring|phone|contact|tell|worry|get help|seek help|look (out )?for|watch)\b/;
  // An order is no question.
  var ORDERS = /^((please )?(could|can|would|will) you (please )?(write|draft|compose|translate|generate|sing|repeat)|(please )?(ignore|pretend|forget|disregard|write|compose|translate|act as|repeat|sing))\b/;
  // Who asks what to ask, to expect or to have asks for what is known.
  var LISTS = /\b(list of|things|questions) (things |questions )?to (ask|bring up|raise|mention|say)\b/;
  var LEARNS = /\b(what|which)\b.*\b((should|can|could|must) (i|we) (ask|know|expect|bring|watch|look|read)|(i|we) should (be )?(ask(ing)?|know|expect|bring|watch|look|read)|should (i|we) be asking|can (i|we) (have|get))\b/;
  var ASKS = /\b(what|which|questions?)\b.*\bask(ing)?\b/;
  // A professional who asks what to give asks for the evidence on it.
  var GIVES = /\bshould (i|we|one) (give|use|offer|prefer|prescribe|treat|consider|sequence)\b/;
  var DEFINES = /\b(meaning|stands? for|what (on earth |the hell )?(is|are) (that|this|those|these))\W*$|^((what (is|are)|whats|what s)(?! the\b)|what (does|do) .* mean|define|explain|meaning of)\b|[.!?]\s+what (does|do) [a-z ]* mean\b/;
  var CERTAIN = [/\b(level|reasons?)\b.*\b(down|up)grad(ed|ing)\b/, /\bcertainty( of)?( the)?( evidence)?\b/, /\bhow (certain|sure|confident|reliable|solid|trustworthy|good is the evidence)\b/,
    /\b(certain|sure|confident|reliable|trustworthy) (is|are|of|about)\b/,
    /\b(level of |much )?confidence (for|in|about|on|of)\b/, /\bgrade (rating|level|judgement|assessment)s?\b/,
    /\b(quality|strength) of (the )?evidence\b/, /\bhow (strong|weak|good) is the evidence\b/];
  var COMPARES = /\b(better|best|superior|superiority|inferior|inferiority|worse|versus|vs|compare[ds]?|comparison|compares|stacks? up|measures? up|winner|wins?|stronger|non-?inferior\w*|as good( a)?|equivalent|difference between|choose between|pick between|each other|preferable|preferred|safer|head to head|more effective|less effective|fewer|outperform\w*|beats?|beaten|against|prolongs?|improves?d?|lengthens?|extends?|advantage)\b/;
  var DIFFERS = /\b(difference between|differ from|distinguish|same as|same thing as)\b/;
  var DATED = /\b(when|dates?|approv\w*|authoris\w*|authoriz\w*|licen[cs]\w*|removed?|rems|warnings?)\b/;
  var COUNTED = /\b(rows?|sources?|statements?|claims?|figures|reports?|searches|screen\w*|article|corrections?|studies|leads|checked|twice|second time)\b/;
  var HAD = /\b(had|share|proportion|baseline|characteristics?|prior|median age|refractory)\b/;
  var NARROWS = /\b(of|among|in|for) (those|these|them)\b|^(and |but |what |how about |what about )*(if (they|he|she|you|i)|in those|in the ones|for those|among|only (those|the)|just (those|the))\b/;
  var GOES_ON = /^(and|what about|how about|but|also|then|ok and|at|in|with|for|only|same)\b/;
  var ADDS = /^((ok )?(and|but|also|then|(the )?same)|what about|how about)\b/;
  var REFERS = /\b(that|this|it|those|these|they|them)\b/;
  var OF_THAT = /\b(with|of|for|after|on|from|in|to) (that|this|it|those|these|them|that one|this one)\W*$/;
  var HOW_MANY = /\bhow (many|often|common|frequent|likely)\b|\b(chances?|percent\w*|share|rate|risk) of\b/;
  // When something begins, and how long it goes on.
  var BEGINS = /\b(onset|begins?|beginning|starts?|started|sets? in|appears?|first seen|time to)\b/;
  var WHEN = /\b(when|(which|what) (day|week)|how (soon|early|late|fast|quickly)|median (day|time))\b/;
  var LASTS = /\bhow long\b.*\b(lasts?|lasted|lasting|go(es)? on|before it (goes|passes))\b|\b(duration|resolves?|resolved|resolution)\b/;
  var GAPS = /\b(not|nt|dont|doesnt|nobody|never)\b.*\bknow|\b(unknown|unanswered|uncertainties|gaps)\b/;
  var PERSONAL = /\b(i|im|ive|my|he|she|we|hes|shes|has|since|today|now|yesterday|me)\b/;

  function spelled(pattern) { return new RegExp(pattern.source.replace(/PERSON/g, PERSON)); }

  function reviewIntent(text, inPlainWords) {
    var rest = text, certain = false;
    CERTAIN.forEach(function (pattern) {
      if (pattern.test(rest)) { certain = true; rest = rest.replace(pattern, " "); }
    });
    var told = text.replace(HOW_LONG, " "); // "how long must I wait" asks how long others did
    var advises = inPlainWords && SHOULD.test(told) ||
      ADVICE.concat(MEASURES.test(text) ? [] : DECIDES).some(function (pattern) { return pattern.test(told); });
    return {
      adds: ADDS.test(text),
      advice: !(GIVES.test(text) && !inPlainWords) && !LEARNS.test(text) &&
        !(inPlainWords && CALLS.test(text)) && (advises || MAY.test(text)),
      may: !advises,
      narrows: NARROWS.test(text),
      order: ORDERS.test(text),
      begins: BEGINS.test(text) && (WHEN.test(text) || /onset/.test(text)),
      lasts: LASTS.test(text),
      asks: ASKS.test(text) || LISTS.test(text),
      certain: certain,
      compares: COMPARES.test(text.replace(/\b(get|gets|getting|got|feel|feels|felt) better\b/g, " ")),
      differs: DIFFERS.test(text),
      counted: COUNTED.test(text),
      dated: DATED.test(text),
      defines: DEFINES.test(text) && !certain,
      gaps: GAPS.test(text),
      howMany: HOW_MANY.test(text),
      goesOn: GOES_ON.test(text),
      ofThat: OF_THAT.test(text),
      had: HAD.test(text),
      personal: PERSONAL.test(text),
      refers: REFERS.test(text.replace(/\bthat (point|time|stage|age)\b/, " ")),
      rest: rest,
    };
  }

  scope.reviewIntent = reviewIntent;
})(globalThis);
