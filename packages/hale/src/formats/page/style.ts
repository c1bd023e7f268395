/** The page's style. Its colours are those of the dashboard: text keeps 4.5:1 on its ground, marks 3:1. */
export const STYLE: string = `
:root{color-scheme:light dark;
--bg:light-dark(#f6f7f7,#0d1012);--surface:light-dark(#fff,#14181b);--line:light-dark(#e2e5e6,#262c31);
--text:light-dark(#15191c,#e9ecee);--text-2:light-dark(#545d65,#9ba5ad);--accent:light-dark(#0f6e5c,#4fc4a8);
--code:light-dark(#eef0f0,#1c2125)}
.healthy{--is:light-dark(#13713f,#56c48e);--tint:light-dark(#e9f5ee,#10221a)}
.degraded{--is:light-dark(#8f5200,#f2b24b);--tint:light-dark(#fcf3e3,#261c0c)}
.unhealthy{--is:light-dark(#c01f2b,#ff7a7f);--tint:light-dark(#fdeeee,#2a1416)}
.unknown{--is:light-dark(#545d65,#b3bcc4);--tint:light-dark(#eef0f1,#1b2024)}
.maintenance{--is:light-dark(#3452c5,#9db0ff);--tint:light-dark(#eef1fd,#171c33)}
.skipped{--is:light-dark(#545d65,#9ba5ad);--tint:light-dark(#eef0f1,#1b2024)}
*{box-sizing:border-box;margin:0}
body{background:var(--bg);color:var(--text);font:.9375rem/1.5 -apple-system,"Segoe UI",Inter,Roboto,"Noto Sans","Liberation Sans","Helvetica Neue",Arial,sans-serif;
-webkit-text-size-adjust:100%;overflow-wrap:anywhere}
main{width:min(100% - 2rem,52rem);margin:0 auto;padding:clamp(1rem,5vw,3.5rem) 0 3rem}
svg{flex:none;width:1.25rem;height:1.25rem;fill:none;stroke:var(--is);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.shape{fill:var(--is)}.sign{stroke:var(--surface)}
header{display:flex;gap:1.125rem;align-items:center;padding:1.375rem 1.5rem;border-radius:.875rem;background:var(--tint);
border:1px solid color-mix(in srgb,var(--is) 28%,transparent)}
header svg{width:3rem;height:3rem}
header .sign{stroke:var(--tint)}
h1{font-size:1.625rem;line-height:1.2;letter-spacing:-.015em;font-weight:650}
h1 b{color:var(--is);font-weight:inherit}
header p{margin-top:.3125rem}
.quiet{color:var(--text-2);font-size:.8125rem}
ul{list-style:none;padding:0}
.checks{margin-top:1.25rem;background:var(--surface);border:1px solid var(--line);border-radius:.875rem;overflow:hidden}
li{padding:.875rem 1.5rem}
li+li{border-top:1px solid var(--line)}
.line{display:flex;gap:.75rem;align-items:center}
h2{font-size:.9375rem;font-weight:600;flex:1;min-width:0}
.word{color:var(--is);font-weight:600;font-size:.8125rem}
.body{padding-left:2rem}
.message{margin-top:.125rem}
.facts{display:flex;flex-wrap:wrap;gap:.125rem 1rem;margin-top:.25rem;color:var(--text-2);font-size:.8125rem;font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,"SF Mono","Cascadia Mono","Liberation Mono",monospace;font-size:.75rem}
code{background:var(--code);border-radius:.25rem;padding:.0625rem .3125rem;color:var(--text)}
pre{background:var(--code);border-radius:.5rem;padding:.75rem .875rem;margin-top:.375rem;overflow-x:auto;white-space:pre-wrap}
a{color:var(--accent);text-underline-offset:.15em}
summary{margin-top:.375rem;color:var(--text-2);font-size:.8125rem;cursor:pointer;width:max-content}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:.25rem}
.checks .checks{margin-top:.625rem;background:none;border-radius:.625rem}
.checks .checks li{padding:.625rem .875rem}
footer{margin-top:1.25rem;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0 .25rem}
@media (max-width:30rem){header{padding:1.125rem 1rem;gap:.875rem}header svg{width:2.25rem;height:2.25rem}h1{font-size:1.3125rem}
li{padding:.8125rem 1rem}.body{padding-left:0;margin-top:.375rem}}
`

/** For `style-src`: the digest of {@link STYLE}, which a test holds to it. */
export const STYLE_DIGEST = 'sha256-DyUU+sUIrdAB57NudSWwF3R8mHGItjveQM0bHaRbes8='
