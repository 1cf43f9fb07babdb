"""Statistics as the field names them: arrays in, frozen dataclasses out.

| question | module |
|---|---|
| effect sizes and their variances | effect_sizes, two_groups, reported_effects, time_to_event |
| one proportion with its interval | intervals, back_transformations |
| one pooled effect, or a batch of them | pooling, mantel_haenszel, binomial_normal, bayesian |
| the mean of the cohorts beside the median one | marginal |
| how effects differ between studies | heterogeneity, generalised_q, prediction |
| which studies differ | subgroups, meta_regression |
| what a result rests on | sensitivity, influence |
| whether small studies differ | small_study, rank_test, trim_and_fill, funnel |

Inside, `moments` turns weights into the sums that every estimator of `tau2`
needs; `single`, `leave_one_out` and `meta_regression` feed it.
"""
