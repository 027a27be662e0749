namespace Attar.Evaluation.Report;

/// <summary>How the page looks: one column, system fonts, light or dark as the reader's device prefers.</summary>
static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--ground:#fbfaf8;--card:#fff;--ink:#22252a;--quiet:#666c75;--line:#e4e1dc;--warn:#9a3d12;--warnground:#fdf0e7;--good:#1c7a4f;--bad:#b3372f;
        --s0:#858b94;--s1:#8a5fc4;--s2:#c08420;--s3:#1f77b4;--s4:#2a8f6a;--s5:#c2557b;
        --g0:#e9e5e1;--g1:#cfe3dd;--g2:#9fcdc0;--g3:#4fa08c;--g4:#12705c;--t0:#5d5751;--t1:#25493f;--t2:#0e352b;--t3:#04221b;--t4:#fff}
        @media(prefers-color-scheme:dark){:root{--ground:#16181c;--card:#1e2126;--ink:#e6e4e0;--quiet:#9aa1ab;--line:#343941;--warn:#ffb48a;--warnground:#3a2417;--good:#6ccf9f;--bad:#ff8f85;
        --s0:#9aa1ab;--s1:#b595e6;--s2:#e0ab55;--s3:#62aee4;--s4:#63c29f;--s5:#e58aab;
        --g0:#3a3d43;--g1:#29443e;--g2:#2b6456;--g3:#3a9680;--g4:#7fdcc4;--t0:#c4c1bc;--t1:#cfe8e1;--t2:#e2f6f0;--t3:#03140f;--t4:#03140f}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
        main{max-width:72rem;margin:0 auto;padding:2rem 1rem 4rem}
        h1{font-size:1rem;font-weight:600;color:var(--quiet);margin:0 0 .5rem}
        h2{font-size:1.15rem;margin:2.75rem 0 .75rem}
        p{margin:.5rem 0;max-width:46rem}
        small,.quiet,figcaption{color:var(--quiet)}
        .headline{font-size:1.55rem;line-height:1.3;font-weight:650;margin:.2rem 0 1rem;text-wrap:balance}
        .claims{list-style:none;margin:0;padding:0;max-width:46rem}.claims li{padding:.3rem 0}
        .better{color:var(--good);font-weight:600}.worse{color:var(--bad);font-weight:600}.not{color:var(--quiet);font-weight:600}
        .warning{background:var(--warnground);color:var(--warn);border-radius:.5rem;padding:.6rem .9rem;margin:.6rem 0;max-width:none}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:.5rem .6rem;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}
        thead th{border-top:0;font-weight:500;font-size:.85rem;color:var(--quiet)}
        th:first-child,td:first-child{text-align:left}tbody th{font-weight:600;position:sticky;left:0;background:var(--card)}th{white-space:normal}
        td small{display:block;font-size:.72rem;line-height:1.25;font-weight:400}td.best{font-weight:700}
        .grid-of{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr))}
        .grid-of.small{grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr))}
        figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .8rem;max-width:32rem}.zero{stroke:var(--quiet)}
        figcaption{font-size:.9rem;margin-bottom:.2rem}svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .tick{fill:var(--quiet);font-size:11px}
        .grid,.axis{stroke:var(--line);stroke-width:1}.line{fill:none;stroke:var(--s3);stroke-width:1.8;stroke-linejoin:round}.line.s5{stroke:var(--s5)}.line.faint{stroke-width:1;opacity:.28}
        .whisker{fill:none;stroke:currentColor;stroke-width:1.6;opacity:.75}circle{fill:currentColor}
        .at rect{fill:transparent}.at circle{opacity:0;color:var(--s3)}.at:hover circle{opacity:1}
        .other{fill:var(--s0);opacity:.4}.relevant{fill:var(--s3);opacity:.45}
        .s0{color:var(--s0)}.s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}.s4{color:var(--s4)}.s5{color:var(--s5)}
        .key{display:inline-block;width:.8em;height:.8em;border-radius:.2em;vertical-align:-.05em;margin-right:.3em}.key.o{background:var(--s0);opacity:.6}.key.r{background:var(--s3);opacity:.7}
        details{background:var(--card);border:1px solid var(--line);border-radius:.6rem;margin:.6rem 0}
        summary{cursor:pointer;padding:.65rem .9rem;font-weight:600}summary small{font-weight:400;margin-left:.4rem}
        .sides{display:grid;gap:0 1.4rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,14.5rem),1fr));padding:0 .9rem .8rem}
        h3{font-size:.9rem;margin:.4rem 0}h3 small{font-weight:400}
        ol{list-style:none;margin:0;padding:0;font-size:.84rem;line-height:1.35}
        li{overflow-wrap:anywhere}ol li{display:grid;grid-template-columns:2.3rem 1fr auto;gap:.5rem;padding:.28rem 0;border-top:1px solid var(--line);align-items:start}
        .chip{border-radius:.4rem;text-align:center;font-weight:600;font-size:.78rem;padding:.05rem 0;font-variant-numeric:tabular-nums}
        .g0{background:var(--g0);color:var(--t0)}.g1{background:var(--g1);color:var(--t1)}.g2{background:var(--g2);color:var(--t2)}.g3{background:var(--g3);color:var(--t3)}.g4{background:var(--g4);color:var(--t4)}
        """;
}
