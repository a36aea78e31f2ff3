use tealight_core::{View, html};

use crate::model::Press;

/// The page's style, for a layout of any style. Colors follow the person's choice of light or dark.
pub(crate) fn style() -> impl View<Press> {
    html! {
        <style>"
            html:has(.tealight-status) { color-scheme: light dark; background: light-dark(#fbfaf8, #16181b) }
            body:has(.tealight-status) { margin: 0; background: none }
            .tealight-status {
                color-scheme: light dark;
                --paper: light-dark(#fbfaf8, #16181b); --card: light-dark(#fff, #1f2226); --edge: light-dark(#dcd8d0, #383d44);
                --ink: light-dark(#22262b, #e6e8ea); --soft: light-dark(#5a626b, #a3abb4);
                --events: light-dark(#1668b8, #6cb2f4); --patches: light-dark(#b0480a, #f2a663); --bad: light-dark(#b3261e, #ff8a80);
                max-width: 76rem; margin: 0 auto; padding: 1rem; background: var(--paper); color: var(--ink);
                font: 15px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums;
            }
            .tealight-status header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem }
            .tealight-status h1 { font-size: 1.5rem; margin: 0 0 .75rem }
            .tealight-status h2 { font-size: 1.05rem; margin: 0 0 .5rem }
            .tealight-status h3 { font-size: 1rem; margin: 0 0 .5rem }
            .tealight-status header p { margin: 0; color: var(--soft) }
            .tealight-status .note { margin: .5rem 0 0; color: var(--soft); font-size: .85rem }
            .tealight-status section, .tealight-status figure, .tealight-status .tiles > div, .tealight-status .panel {
                background: var(--card); border: 1px solid var(--edge); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem;
            }
            .tealight-status .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 0 0 1rem }
            .tealight-status .tiles > div { margin: 0 }
            .tealight-status dt { color: var(--soft); font-size: .85rem }
            .tealight-status dd { margin: 0 }
            .tealight-status .tiles dd { font-size: 1.5rem; font-weight: 600; line-height: 1.2 }
            .tealight-status .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1rem }
            .tealight-status figcaption { font-weight: 600; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0 0 .75rem }
            .tealight-status .key { font-weight: 400; font-size: .85rem; color: var(--soft) }
            .tealight-status .key i { display: inline-block; width: 1.5rem; margin: 0 .35rem 0 .75rem; border-top: 2px solid var(--events); vertical-align: middle }
            .tealight-status .key i.patches { border-top: 2px dashed var(--patches) }
            .tealight-status .plot { position: relative; height: 9rem; padding-left: 3rem }
            .tealight-status svg { display: block; width: 100%; height: 100%; overflow: visible }
            .tealight-status .grid { fill: none; stroke: var(--edge); stroke-width: 1; vector-effect: non-scaling-stroke }
            .tealight-status .line { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke }
            .tealight-status path.events { stroke: var(--events) }
            .tealight-status path.patches { stroke: var(--patches); stroke-dasharray: 6 3 }
            .tealight-status .bar { fill: var(--events) }
            .tealight-status .plot span { position: absolute; left: 0; width: 2.6rem; text-align: right; font-size: .8rem; line-height: 1; color: var(--soft); transform: translateY(-50%) }
            .tealight-status .plot .top { top: 0 } .tealight-status .plot .middle { top: 50% } .tealight-status .plot .bottom { top: 100% }
            .tealight-status .axis { display: flex; justify-content: space-between; margin: .4rem 0 .5rem 3rem; font-size: .8rem; color: var(--soft) }
            .tealight-status summary { cursor: pointer; font-size: .85rem; color: var(--soft) }
            .tealight-status .wide { overflow-x: auto }
            .tealight-status table { border-collapse: collapse; width: 100%; font-size: .9rem }
            .tealight-status th, .tealight-status td { text-align: right; padding: .3rem .5rem; border-top: 1px solid var(--edge); font-weight: 400; white-space: nowrap }
            .tealight-status th:first-child, .tealight-status td:first-child { text-align: left; padding-left: 0 }
            .tealight-status thead th { color: var(--soft); border-top: 0; font-size: .85rem; vertical-align: bottom }
            .tealight-status .bad, .tealight-status .bad th, .tealight-status header p.bad { color: var(--bad); font-weight: 600 }
            .tealight-status .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1rem 2rem }
            .tealight-status .panel { margin: 1rem 0 0 }
            .tealight-status .text { text-align: left }
            .tealight-status .counters { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .5rem 1rem; margin: 0 0 .75rem; overflow-wrap: anywhere }
            .tealight-status button { font: inherit; color: inherit; background: none; border: 1px solid var(--edge); border-radius: .35rem; padding: .15rem .7rem; cursor: pointer }
            .tealight-status button:hover { border-color: var(--ink) }
            .tealight-status button.end { color: var(--bad); border-color: var(--bad) }
            .tealight-status .panel button { margin: .75rem .5rem 0 0 }
            .tealight-status button.look { border: 0; padding: 0; text-decoration: underline; color: var(--events) }
            .tealight-status :focus-visible { outline: 2px solid var(--events); outline-offset: 2px }
            .tealight-status .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
        "</style>
    }
}
