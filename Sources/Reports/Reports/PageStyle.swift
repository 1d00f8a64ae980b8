/// The one style sheet, inline in every page: ink on paper, figures before boxes, hairlines.
let pageStyle = """
    :root{--ink:#1d2127;--soft:#59616d;--faint:#e5e2da;--paper:#fffefa;--wash:#f5f3ec;--a:#236a8f;--b:#c8742a;--c:#6d8340;--d:#93506f;
    --good:#246b43;--caution:#8a5605;--bad:#a92f27;--link:#1f6286;
    --serif:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Charter,Georgia,"Noto Serif",serif;
    --sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    @media(prefers-color-scheme:dark){:root{--ink:#e6e3dc;--soft:#a3a8b0;--faint:#2d3239;--paper:#14171b;--wash:#1c2026;--a:#74b8d9;
    --b:#e6a566;--c:#adc277;--d:#d093b2;--good:#77cb98;--caution:#e2b163;--bad:#f08a82;--link:#86c3e0}}
    *{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:62rem;padding:2.8rem 1.5rem 5rem;background:var(--paper);color:var(--ink);font:15px/1.55 var(--sans);
    font-variant-numeric:tabular-nums;overflow-wrap:break-word}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
    a{color:var(--link)}a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--a);outline-offset:2px}
    header{margin-bottom:1.6rem}.mark{margin:0 0 .9rem;color:var(--soft);font-size:.82rem;letter-spacing:.04em}
    h1{font:500 clamp(1.45rem,1.1rem + 1.6vw,2.15rem)/1.26 var(--serif);margin:0 0 .7rem;max-width:26em;text-wrap:pretty}
    .lead{margin:0;color:var(--soft);font:1.06rem/1.55 var(--serif);max-width:42rem}
    nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.3rem;margin:0;padding:.55rem 0;border-top:1px solid var(--faint);
    border-bottom:1px solid var(--faint);font-size:.86rem}nav a{text-decoration:none}nav a:hover{text-decoration:underline}
    section{margin-top:2.9rem}h2{font:600 1.22rem/1.3 var(--serif);margin:0 0 .8rem}h3{font-size:.92rem;margin:1.4rem 0 .3rem}
    p{max-width:42rem;margin:.55rem 0}.list{max-width:46rem;padding-left:1.1rem;margin:.6rem 0}.list li{margin:.3rem 0;overflow-wrap:anywhere}.quiet,.note{color:var(--soft)}.note{font-size:.83rem}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.2rem,1fr));gap:1rem 1.8rem;margin:1rem 0 1.4rem}
    .tile{min-width:0}.tile p{margin:0}.tile .label{color:var(--soft);font-size:.82rem}
    .tile .value{font:500 1.75rem/1.25 var(--serif);font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
    .tile .note{font-size:.8rem;line-height:1.4}
    .good .value,.good b{color:var(--good)}.caution .value,.caution b{color:var(--caution)}.bad .value,.bad b{color:var(--bad)}
    .verdict{border-left:.2rem solid var(--caution);padding:.1rem 0 .1rem 1rem;margin:1rem 0;max-width:46rem}
    .verdict strong{color:var(--caution);font-size:.95rem;text-transform:capitalize}.verdict.pass{border-color:var(--good)}.verdict.pass strong{color:var(--good)}
    .verdict.fail{border-color:var(--bad)}.verdict.fail strong{color:var(--bad)}.verdict ul{margin:.2rem 0 0;padding-left:1.1rem}
    .sum{display:flex;flex-wrap:wrap;align-items:baseline;gap:.3rem .9rem;margin:.8rem 0 .5rem}
    .sum .part{display:flex;align-items:baseline;gap:.4rem;min-width:0}.sum b{font:500 1.6rem/1.2 var(--serif);font-variant-numeric:lining-nums tabular-nums}
    .sum span{color:var(--soft);font-size:.88rem}.track.whole{max-width:46rem;height:.45rem;margin:.2rem 0 1rem}
    .tone-plain{background:var(--soft)}.tone-good{background:var(--good)}.tone-caution{background:var(--caution)}.tone-bad{background:var(--bad)}
    .scroll{overflow-x:auto;margin:.9rem 0;max-width:100%}table{border-collapse:collapse;font-size:.88rem;min-width:min(100%,30rem)}
    caption{text-align:left;font-weight:600;padding-bottom:.25rem}thead th{font-weight:500;color:var(--soft);font-size:.8rem;border-bottom:1px solid var(--soft);
    vertical-align:bottom}tbody th{font-weight:400}th,td{padding:.3rem .75rem .3rem 0;text-align:left;vertical-align:top}
    tbody th,td{border-bottom:1px solid var(--faint)}tbody th.left,td.left{overflow-wrap:anywhere;min-width:6.5rem}
    th.right,td.right{text-align:right;padding-left:.6rem;white-space:nowrap}td.right+td.left,th.right+th.left{padding-left:.9rem}
    td.trend{padding-left:.9rem;padding-right:0}td svg.spark{margin:0;width:6.2rem}
    td.left{min-width:9rem}
    dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.2rem 1.2rem;font-size:.88rem;margin:1rem 0}
    dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;min-width:0}
    figure{margin:1.3rem 0}figcaption{font-weight:600;font-size:.9rem;margin-bottom:.2rem}
    svg{display:block;width:100%;height:auto;overflow:visible}svg.chart{max-width:44rem}svg.square{max-width:22rem}svg.spark{max-width:8.5rem;margin-top:.3rem}
    svg text{fill:var(--soft);font-size:8.6px;font-family:var(--sans);font-variant-numeric:tabular-nums}svg.square text,svg.small text{font-size:9.5px}
    svg text.last{fill:var(--ink);font-size:10.5px}
    .bars{display:grid;grid-template-columns:minmax(6rem,max-content) minmax(8rem,1fr) max-content;gap:.4rem .9rem;align-items:center;font-size:.88rem}
    .bars .label{overflow-wrap:anywhere}.track{display:flex;height:.8rem;gap:1px}.track i{display:block;min-width:1px}.bars .note{white-space:nowrap}
    .multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(14rem,100%),1fr));gap:1.1rem 1.6rem;margin-top:.5rem}
    .multiple{min-width:0}.multiples .label{margin:0 0 .15rem;font-size:.84rem;line-height:1.35;overflow-wrap:anywhere}
    .strips{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(18rem,100%),1fr));gap:1.6rem 1.8rem;margin-top:1rem}.strip{min-width:0}
    .strip p{margin:.35rem 0 0;overflow-wrap:anywhere}.strip .what{font-size:.9rem;line-height:1.4}.tag{font-weight:600;margin-right:.35em}
    b.tag.good{color:var(--good)}b.tag.caution{color:var(--caution)}b.tag.bad{color:var(--bad)}
    .frames{display:grid;grid-template-columns:1fr 1fr;gap:.4rem}.picture{margin:0;min-width:0}
    .picture img{display:block;width:100%;height:auto;background:var(--wash)}.picture figcaption{font-weight:400;font-size:.8rem;color:var(--soft);margin-top:.25rem;
    overflow-wrap:anywhere;line-height:1.4}
    .grid{stroke:var(--faint);stroke-width:.8}.dot{fill-opacity:.85}.ideal{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 4}
    .interval{stroke:var(--a);stroke-width:3.2;stroke-opacity:.3}.release{stroke:var(--b);stroke-width:1.1;stroke-dasharray:1.5 2.5}
    .line{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
    .fill0{fill:var(--a);background:var(--a)}.fill1{fill:var(--b);background:var(--b)}
    .fill2{fill:var(--c);background:var(--c)}.fill3{fill:var(--d);background:var(--d)}
    .stroke0{stroke:var(--a)}.stroke1{stroke:var(--b)}.stroke2{stroke:var(--c)}.stroke3{stroke:var(--d)}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.82rem;color:var(--soft);margin:.2rem 0 .4rem}
    .legend i{display:inline-block;width:.75em;height:.75em;margin-right:.4em}
    details{margin:1rem 0}summary{cursor:pointer;color:var(--link);font-size:.9rem}
    footer{margin-top:4rem;padding-top:.6rem;border-top:1px solid var(--faint);color:var(--soft);font-size:.8rem}
    @media(max-width:34rem){body{padding:1.3rem 1rem 3rem}section{margin-top:2.3rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
    .tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:.9rem 1.2rem}.tile .value{font-size:1.45rem}svg.chart text{font-size:14px}
    .sum{display:grid;gap:.1rem}.sum .sign{display:none}.bars{grid-template-columns:minmax(0,1fr) max-content;gap:.1rem .8rem}
    table.told,.told thead,.told tbody{display:block}.told tr{display:grid;grid-template-columns:minmax(0,1fr) repeat(var(--n),3.6rem);align-items:end;border-bottom:1px solid var(--faint)}
    .told tbody th,.told td{border:0;min-width:0}.told thead th:last-child{display:none}.told .right{padding:.3rem 0 .3rem .3rem}.told thead th.right{white-space:normal;overflow-wrap:normal}.told td:last-child{grid-column:1/-1;padding:0 0 .4rem;min-width:0;color:var(--soft)}
    .bars .label{grid-column:1/-1;margin-top:.5rem}.scroll table{font-size:.84rem}td.left{min-width:14rem}td svg.spark{width:4.6rem}svg.small text{font-size:9px}svg.small text.last{font-size:10px}}
    @media print{:root{--paper:#fff}body{max-width:none;padding:0;font-size:10pt}nav,.skip{display:none}section,figure,tr{break-inside:avoid}
    section{break-inside:auto}h2{break-after:avoid}.scroll{overflow:visible}a{color:inherit;text-decoration:none}}
    """
