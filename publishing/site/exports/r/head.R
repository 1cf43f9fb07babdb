# {{title}}
# {{about}}.
# Rscript pools the cohorts again with metafor (binomial-normal models need lme4 as well)
# and compares with what the review computed.

suppressPackageStartupMessages(library(metafor))

level <- {{level}}
cohorts <- {{cohorts}}

review <- {{review}}
names(review)[4] <- "review"

# A row of numbers: value, interval of the mean, prediction interval, variance between cohorts.
told <- function(back, mean, error, df, spread, spread_df, tau2) {
  limits <- function(width, df) {
    if (is.na(df)) return(c(NA, NA))
    reach <- if (is.infinite(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)
    sort(back(mean + c(-1, 1) * reach * width))
  }
  inner <- limits(error, df)
  outer <- limits(sqrt(spread^2 + tau2), spread_df)
  list(value = back(mean), lower = inner[1], upper = inner[2],
       prediction_lower = outer[1], prediction_upper = outer[2], tau2 = tau2)
}

