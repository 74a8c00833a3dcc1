# Draws growth.svg from growth.tsv (bench/growth.sh): gnuplot growth.gp
set term svg size 960,560 dynamic name "mrsim_growth" font "DejaVu Sans,13" background "#ffffff" rounded noenhanced
set encoding utf8
set decimalsign "."
set datafile separator "\t"
set output "growth.svg"
cost = "#0072B2"
memory = "#D55E00"
axes = "requests rate instances regions populations services"
names = "'requests, 1,000/s' 'requests per second' 'instances, 10/s each' regions 'client populations' services"
set multiplot
set label 1 "What a request costs as the scenario grows" at screen 0.0167, screen 0.957 left font "DejaVu Sans Bold,15" tc rgb "#222222"
set label 2 "one replication on one core · median of the rounds, least and most" at screen 0.0167, screen 0.915 left font ",12" tc rgb "#666666"
set label 3 "CPU time per request, ns (left)" at screen 0.62, screen 0.957 left font ",12" tc rgb cost
set label 4 "peak memory, MiB (right)" at screen 0.62, screen 0.915 left font ",12" tc rgb memory
unset border; unset tics; set xrange [0:1]; set yrange [0:1]
plot -1 notitle
unset label
set autoscale
set border 11 lc rgb "#444444"
set tics nomirror out tc rgb "#444444"
set grid ytics lc rgb "#e4e4e4" lt 1 lw 1
unset key
set logscale x
set logscale y2
set autoscale
stats "growth.tsv" using 7 nooutput
top = ceil(STATS_max / 1000.0) * 1000
do for [i = 1:6] {
    column = (i - 1) % 3
    row = (i - 1) / 3
    left = 0.072 + column * 0.313
    set lmargin at screen left
    set rmargin at screen left + 0.232
    set tmargin at screen 0.83 - row * 0.425
    set bmargin at screen 0.55 - row * 0.425
    set label 1 word(names, i) at graph 0, graph 1.09 left font ",12" tc rgb "#444444"
    axis = word(axes, i)
    set format x "%.0s%c"
    if (axis eq "regions") { set xtics (2, 4, 8, 16, 32) } else { set xtics 1, 10 }
    set xtics nomirror out offset 0, 0.2 font ",11"
    unset mxtics
    set ytics nomirror out offset 0.5, 0 font ",11"
    set y2tics nomirror out (1, 10, 100, 1000) offset -0.5, 0 font ",11"
    set format y (column == 0 ? "%g" : "")
    if (column < 2) { set y2tics ("" 1, "" 10, "" 100, "" 1000) }
    set y2range [1:1000]
    set xrange [*:*]; set yrange [*:*]
    stats "growth.tsv" index (i - 1) using 2 nooutput
    set yrange [0:top]
    set xrange [STATS_min / 1.25:STATS_max * 1.25]
    plot "growth.tsv" index (i - 1) using 2:($13 / 1024) axes x1y2 with linespoints lc rgb memory lw 1.6 dt 2 pt 7 ps 0.3, \
         "growth.tsv" index (i - 1) using 2:5:6:7 with yerrorbars lc rgb cost lw 1 pt 7 ps 0.3, \
         "growth.tsv" index (i - 1) using 2:5 with linespoints lc rgb cost lw 2.4 pt 7 ps 0.45
    unset label
}
unset multiplot
set output
