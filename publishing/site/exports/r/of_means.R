  d <- escalc(measure = "MD", m1i = mean, sd1i = sd, n1i = n, m2i = mean_2, sd2i = sd_2,
              n2i = n_2, data = d)
