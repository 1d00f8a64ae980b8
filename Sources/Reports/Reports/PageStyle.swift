/// The one style sheet, inline in every page.
let pageStyle = """
    :root{--ink:#1c2430;--soft:#5b6675;--faint:#e4e8ee;--paper:#fbfbfa;--card:#fff;--a:#2f6f8f;--b:#d98a3d;--c:#7b8f4b;--d:#9a5b7d;
    --good:#2e7d4f;--caution:#a86a10;--bad:#b3372f}
    @media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#98a3b3;--faint:#2a323d;--paper:#12161c;--card:#1a2028;--a:#6bb3d6;
    --b:#e8a766;--c:#a9c06f;--d:#c98bad;--good:#6cc48f;--caution:#e0ad5a;--bad:#ef8079}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:60rem;padding:2.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
    header{margin-bottom:2.5rem}h1{font-size:1.9rem;line-height:1.2;margin:.1rem 0 .4rem;font-weight:650;letter-spacing:-.01em}
    .mark{margin:0;color:var(--a);font-size:.8rem;font-weight:600;letter-spacing:.12em;text-transform:uppercase}
    .lead{margin:0;color:var(--soft);font-size:1.05rem;max-width:44rem}
    h2{font-size:1.15rem;font-weight:650;margin:2.6rem 0 .9rem;padding-top:1.1rem;border-top:1px solid var(--faint)}
    p{max-width:44rem;margin:.6rem 0}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:1rem 0}
    .tile{background:var(--card);border:1px solid var(--faint);border-radius:.6rem;padding:.8rem 1rem}
    .tile p{margin:0}.tile .label{color:var(--soft);font-size:.82rem}
    .tile .value{font-size:1.55rem;font-weight:620;font-variant-numeric:tabular-nums;line-height:1.3;overflow-wrap:anywhere}
    .tile .note{color:var(--soft);font-size:.8rem}
    .good .value{color:var(--good)}.caution .value{color:var(--caution)}.bad .value{color:var(--bad)}
    .verdict{border-left:.3rem solid var(--caution);background:var(--card);padding:.7rem 1.1rem;border-radius:.3rem;margin:1rem 0}
    .verdict strong{text-transform:uppercase;letter-spacing:.08em;font-size:.85rem;color:var(--caution)}
    .verdict.pass{border-color:var(--good)}.verdict.pass strong{color:var(--good)}
    .verdict.fail{border-color:var(--bad)}.verdict.fail strong{color:var(--bad)}
    .verdict ul{margin:.3rem 0 0;padding-left:1.1rem}
    .scroll{overflow-x:auto;margin:1rem 0}
    table{border-collapse:collapse;font-size:.9rem;min-width:100%;font-variant-numeric:tabular-nums}
    th{font-weight:600;color:var(--soft);font-size:.8rem;border-bottom:1px solid var(--soft);white-space:nowrap}
    th,td{padding:.38rem .8rem .38rem 0;text-align:left;vertical-align:top}td{border-bottom:1px solid var(--faint)}
    th.right,td.right{text-align:right;padding-left:.8rem;padding-right:0;white-space:nowrap}
    td.right+td.left,th.right+th.left{padding-left:1.4rem}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;font-size:.9rem;margin:1rem 0}
    dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    figure{margin:1.2rem 0}figcaption{font-weight:600;font-size:.92rem;margin-bottom:.3rem}
    svg{display:block;width:100%;height:auto;overflow:visible}
    svg.chart{max-width:46rem}svg.square{max-width:24rem}svg.spark{max-width:9rem;margin-top:.35rem}
    svg text{fill:var(--soft);font-size:8.6px;font-family:inherit;font-variant-numeric:tabular-nums}svg.small text,svg.square text{font-size:10px}
    .note{color:var(--soft);font-size:.82rem}
    .bars{display:grid;grid-template-columns:minmax(7rem,max-content) minmax(8rem,1fr) max-content;gap:.45rem .9rem;align-items:center;font-size:.9rem}
    .bars .label{overflow-wrap:anywhere}.track{display:flex;height:1rem;gap:1px}.track i{display:block;border-radius:.12rem;min-width:1px}
    .bars .note{font-variant-numeric:tabular-nums;white-space:nowrap}
    .multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(13.5rem,1fr));gap:1rem 1.4rem}
    .multiples .label{margin:0 0 .2rem;font-size:.85rem}
    .grid{stroke:var(--faint);stroke-width:.8}.dot{fill-opacity:.85}.ideal{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 4}
    .line{fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
    .fill0{fill:var(--a);background:var(--a)}.fill1{fill:var(--b);background:var(--b)}
    .fill2{fill:var(--c);background:var(--c)}.fill3{fill:var(--d);background:var(--d)}
    .stroke0{stroke:var(--a)}.stroke1{stroke:var(--b)}.stroke2{stroke:var(--c)}.stroke3{stroke:var(--d)}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.82rem;color:var(--soft);margin:.2rem 0 .4rem}
    .legend i{display:inline-block;width:.75em;height:.75em;border-radius:.15em;margin-right:.4em}
    details{margin:1rem 0}summary{cursor:pointer;color:var(--a);font-size:.92rem}
    @media(max-width:34rem){body{padding:1.4rem 1rem 3rem}h1{font-size:1.5rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
    .tiles{grid-template-columns:repeat(2,1fr)}.tile .value{font-size:1.25rem}svg.chart text{font-size:14px}
    .bars{grid-template-columns:1fr max-content;gap:.1rem .8rem}.bars .label{grid-column:1/-1;margin-top:.5rem}
    .scroll table{font-size:.85rem}td.left:first-child{min-width:9rem}.multiples{grid-template-columns:repeat(2,1fr);gap:.8rem}svg.small text{font-size:13px}}
    @media print{body{max-width:none;padding:0}}
    """
