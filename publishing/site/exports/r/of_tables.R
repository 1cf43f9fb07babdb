  d <- escalc(measure = "{{measure}}", ai = events, n1i = n, ci = events_2, n2i = n_2, data = d,
              {{zero_cells}})
