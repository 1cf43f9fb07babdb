"""Statistics as the field names them: arrays in, frozen dataclasses out.

| question | functions |
|---|---|
| effect sizes and their variances | `compute_effect_...`, `gather_effects`, `concatenate_effects` |
| one proportion with its interval | `compute_interval_proportion` |
| one pooled effect, or a batch of them | `compute_random_effects`, `compute_binomial_normal`, ... |
| how effects differ between studies | `compute_heterogeneity`, `compute_subgroups`, ... |
| what a result rests on | `compute_leave_one_out`, `compute_cumulative`, `compute_influence` |
| whether small studies differ | `compute_regression_test`, `compute_trim_and_fill`, ... |

What is named here is for use; modules hold what these need. Every function that takes
effects and variances takes `EffectSizes` in their place, so that labels and studies that are
not used travel with them; every result has `summary()` and `to_frame()`. `docs/library.md`
shows the common tasks.
"""

from analysis.formulae.back_transformations import back_transform, compute_back_transformation
from analysis.formulae.bayesian import compute_bayesian_random_effects
from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.design import Categorical
from analysis.formulae.effect_sizes import (
    compute_effect_proportion,
    compute_effect_rate,
    gather_effects,
)
from analysis.formulae.funnel import compute_funnel
from analysis.formulae.generalised_q import compute_tau2_interval
from analysis.formulae.heterogeneity import compute_heterogeneity, compute_heterogeneity_from_q
from analysis.formulae.influence import (
    compute_baujat,
    compute_influence,
    compute_residuals,
    compute_study_predictions,
)
from analysis.formulae.intervals import compute_interval_proportion
from analysis.formulae.mantel_haenszel import (
    compute_mantel_haenszel,
    compute_peto,
    compute_random_effects_from_pool,
)
from analysis.formulae.marginal import compute_marginal_proportion
from analysis.formulae.meta_regression import (
    compute_joint_test,
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.pooled_measures import compute_pooled_measure
from analysis.formulae.pooling import (
    compute_common_effect,
    compute_random_effects,
    compute_random_effects_batch,
)
from analysis.formulae.rank_test import compute_rank_test, compute_table_rank_test
from analysis.formulae.reported_effects import (
    compute_effect_from_interval,
    compute_effect_observed_expected,
    compute_effect_ratio_from_p,
    compute_indirect_comparison,
    concatenate_effects,
)
from analysis.formulae.sensitivity import compute_cumulative, compute_leave_one_out
from analysis.formulae.small_study import compute_regression_test, compute_table_regression_test
from analysis.formulae.subgroups import compute_subgroups
from analysis.formulae.time_to_event import (
    compute_effect_hazard_ratio,
    compute_effect_landmark,
    compute_landmark_agreement,
)
from analysis.formulae.trim_and_fill import compute_trim_and_fill
from analysis.formulae.two_groups import compute_effect_means, compute_effect_two_by_two
from analysis.formulae.types import EffectSizes

__all__ = [
    "Categorical",
    "EffectSizes",
    "back_transform",
    "compute_back_transformation",
    "compute_baujat",
    "compute_bayesian_random_effects",
    "compute_binomial_normal",
    "compute_common_effect",
    "compute_cumulative",
    "compute_effect_from_interval",
    "compute_effect_hazard_ratio",
    "compute_effect_landmark",
    "compute_effect_means",
    "compute_effect_observed_expected",
    "compute_effect_proportion",
    "compute_effect_rate",
    "compute_effect_ratio_from_p",
    "compute_effect_two_by_two",
    "compute_funnel",
    "compute_heterogeneity",
    "compute_heterogeneity_from_q",
    "compute_indirect_comparison",
    "compute_influence",
    "compute_interval_proportion",
    "compute_joint_test",
    "compute_landmark_agreement",
    "compute_leave_one_out",
    "compute_mantel_haenszel",
    "compute_marginal_proportion",
    "compute_meta_regression",
    "compute_peto",
    "compute_pooled_measure",
    "compute_random_effects",
    "compute_random_effects_batch",
    "compute_random_effects_from_pool",
    "compute_rank_test",
    "compute_regression_prediction",
    "compute_regression_test",
    "compute_residuals",
    "compute_study_predictions",
    "compute_subgroups",
    "compute_table_rank_test",
    "compute_table_regression_test",
    "compute_tau2_interval",
    "compute_trim_and_fill",
    "concatenate_effects",
    "gather_effects",
]
