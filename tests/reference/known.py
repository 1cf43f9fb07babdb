"""Known disagreements: the fields of a case that differ, and why."""

from __future__ import annotations

QP = "meta searches the limits of tau2 with a tolerance of 1.2e-4 and passes no other"
JACKSON = "meta searches Jackson's limits of tau2 with a tolerance of 1.2e-4 and passes no other"
FILLED = "the pool of observed and filled studies was refitted with the default tolerance of REML"
THOMPSON = "meta fits the regression with the default tolerance of REML"
LAPLACE = "glmer's optimiser stops short of the maximum of the Laplace approximation"

# Where to see that the project's value is the right one.
QP_PROOF = "metafor's own interval under tight control: `more/tight_QP_*.json`"
JACKSON_PROOF = "the distribution of Q at these limits is 0.025 and 0.975 to 12 digits"
FILLED_PROOF = "metafor on the same filled studies under tight control: `more/tight_filled_*.json`"

KNOWN: dict[str, tuple[tuple[str, ...], str, str]] = {
    "glmm_PLO_debruin2009": (
        ("nAGQ1",),
        LAPLACE,
        "glmer itself with `bobyqa` and tight tolerances: `more/tight_laplace_debruin2009.json`",
    ),
    "glmm_PLO_huge": (
        ("nAGQ25", "independent_agq7"),
        "standard errors from a Hessian by finite differences, off by 6e-5 for counts in millions",
        "the same Hessian in 40-digit arithmetic gives 0.05604512914",
    ),
    "glmm_PLO_pritz1997": (
        ("nAGQ1", "nAGQ7.pval", "nAGQ25.pval"),
        LAPLACE + "; with more nodes its error shows in p values of 2e-6 alone",
        "glmer itself with `bobyqa` and tight tolerances: `more/tight_laplace_pritz1997.json`",
    ),
    "meta_PI_bcg_HK": (("lower.tau2", "upper.tau2"), QP, QP_PROOF),
    "meta_PI_bcg_HKPR": (("lower.tau2", "upper.tau2"), QP, QP_PROOF),
    "meta_PI_bcg_KR": (("lower.tau2", "upper.tau2"), QP, QP_PROOF),
    "meta_PI_bcg_S": (("lower.tau2", "upper.tau2"), QP, QP_PROOF),
    "meta_metaprop_IV_PAS_pritz": (("lower.tau2", "upper.tau2"), QP, QP_PROOF),
    "meta_metaprop_IV_PFT_pritz": (("lower.tau2", "upper.tau2"), QP, QP_PROOF),
    "meta_metabin_Inverse_bcg": (("lower.tau2", "upper.tau2"), JACKSON, JACKSON_PROOF),
    "meta_metabin_Inverse_nielweise2007": (("upper.tau2",), JACKSON, JACKSON_PROOF),
    "meta_metabin_Peto_nielweise2007": (("upper.tau2",), JACKSON, JACKSON_PROOF),
    "meta_metabias_bcg_Thompson": (
        ("statistic", "pval", "est"),
        THOMPSON,
        "metafor's `regtest` under tight control: `more/tight_thompson_bcg.json`",
    ),
    "trimfill_L0_REML_bcg": (("",), FILLED, FILLED_PROOF),
    "trimfill_L0_REML_hackshaw1998": (("",), FILLED, FILLED_PROOF),
    "trimfill_R0_REML_hackshaw1998": (("",), FILLED, FILLED_PROOF),
}

# Of these cases only k0, its error, the side and the filled studies are free of REML.
for _id in [name for name in KNOWN if name.startswith("trimfill")]:
    _pool = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub", "vcov", "tau2", "se_tau2", "I2", "H2")
    _fit = ("ll_ML", "ll_REML", "AIC_ML", "AICc_ML", "BIC_ML", "weights_pct")
    KNOWN[_id] = ((*_pool, *_fit), *KNOWN[_id][1:])


def is_known(case_id: str, field: str) -> bool:
    """True if the field of the case is one that is known to differ."""
    fields = KNOWN[case_id][0] if case_id in KNOWN else ()
    return any(field == name or field.startswith(f"{name}.") for name in fields)
