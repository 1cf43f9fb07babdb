# {{title}}
# {{about}}.
# Rscript pools the cohorts again with metafor (binomial-normal models need lme4 as well)
# and compares with what the review computed.

suppressPackageStartupMessages(library(metafor))

level <- {{level}}
cohorts <- {{cohorts}}

review <- {{review}}
names(review)[4] <- "review"

# The mean proportion over cohorts whose logits are normal around y, in percent.
over_cohorts <- function(y, tau2) {
  share <- function(z) plogis(y + sqrt(tau2) * z) * dnorm(z)
  100 * integrate(share, -12, 12, rel.tol = 1e-10, subdivisions = 1000)$value
}

# A row of numbers: value, interval of the mean, prediction interval with the variance `further`
# (of another estimator where the protocol names one), the model's own variance between cohorts,
# and the mean over cohorts with its interval, which the review prints for logits alone.
told <- function(back, mean, error, df, spread, spread_df, tau2, further) {
  limits <- function(width, df) {
    if (is.na(df)) return(c(NA, NA))
    reach <- if (is.infinite(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)
    sort(back(mean + c(-1, 1) * reach * width))
  }
  half <- (if (is.infinite(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)) * error
  marginal <- vapply(mean + c(0, -1, 1) * half, over_cohorts, numeric(1), tau2 = tau2)
  inner <- limits(error, df)
  outer <- limits(sqrt(spread^2 + further), spread_df)
  list(value = back(mean), lower = inner[1], upper = inner[2],
       prediction_lower = outer[1], prediction_upper = outer[2], tau2 = tau2,
       marginal = marginal[1], marginal_lower = marginal[2], marginal_upper = marginal[3])
}

