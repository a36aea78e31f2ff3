//! The pictures of the story: 480 wide and 300 high.

use tealight::prelude::*;

use crate::figures::{Face, Flame, burning_match, cup, moth, pip, teapot};
use crate::story::Picture;

/// Draws a picture, as the content of an `<svg>`.
pub(crate) fn drawing<E: 'static>(picture: Picture) -> impl View<E> {
    html! {
        match picture {
            Picture::Drawer => <g>{drawer()}</g>,
            Picture::Storm => <g>{storm()}</g>,
            Picture::Match => <g>{room(NIGHT)} {burning_match(330, 252)} {pip(170, 252, Face::Worried, Flame::Out)}</g>,
            Picture::Teapot => <g>{room(NIGHT)} {job()}</g>,
            Picture::Draught => <g>{room(NIGHT)} {draught()}</g>,
            Picture::Moth => <g>{room(NIGHT)} {reading()}</g>,
            Picture::Morning => <g>{room(DAWN)} {morning()}</g>,
            Picture::Seed => <g>{room(DAY)} {seed()}</g>,
        }
    }
}

/// The colours of the wall, the table, and its edge.
type Colors = [&'static str; 3];

const NIGHT: Colors = ["#2b3358", "#6d4a3c", "#4d3229"];
const DAWN: Colors = ["#e9b08d", "#a86f4b", "#7d4f34"];
const DAY: Colors = ["#bfe0ea", "#c98f5e", "#9a683f"];

fn room<E: 'static>([wall, table, edge]: Colors) -> impl View<E> {
    html! {
        <rect width="480" height="300" fill={wall}/>
        <rect y="232" width="480" height="68" fill={table}/>
        <rect y="276" width="480" height="24" fill={edge}/>
    }
}

fn drawer<E: 'static>() -> impl View<E> {
    html! {
        <rect width="480" height="300" fill="#3b2a26"/>
        <path d="M40 0 L70 206 H410 L440 0 Z" fill="#54392f"/>
        <g transform="translate(112 176)" fill="none" stroke="#d6b36a" stroke-width="4">
            <circle r="30" fill="#b98f45"/>
            <path d="M-26 -14 Q0 4 26 -14 M-30 2 Q0 20 30 2 M-14 -26 Q4 0 -14 26 M12 -27 Q-4 0 14 26"/>
            <path d="M26 16 q26 14 40 12"/>
        </g>
        <g
            transform="translate(392 184) rotate(-62)" fill="none"
            stroke="#c9ced8" stroke-width="7" stroke-linecap="round"
        >
            <circle r="13"/>
            <path d="M13 0 H66 M52 0 v13 M64 0 v10"/>
        </g>
        <g fill="#2a1c19" opacity="0.5">
            <ellipse cx="164" cy="126" rx="42" ry="8"/>
            <ellipse cx="318" cy="118" rx="42" ry="8"/>
            <ellipse cx="244" cy="194" rx="42" ry="8"/>
        </g>
        {pip(164, 128, Face::Asleep, Flame::Out)}
        {pip(318, 120, Face::Asleep, Flame::Out)}
        {pip(244, 196, Face::Happy, Flame::Out)}
        <rect y="206" width="480" height="94" fill="#8a5c41"/>
        <rect y="206" width="480" height="12" fill="#a8734f"/>
        <circle cx="240" cy="262" r="16" fill="#d9b45f" stroke="#1b2036" stroke-width="3"/>
    }
}

fn storm<E: 'static>() -> impl View<E> {
    html! {
        <rect width="480" height="300" fill="#20264a"/>
        <g transform="translate(130 18)">
            <rect width="220" height="164" fill="#3d4673"/>
            <path d="M0 164 V110 h34 v-24 l26 -22 l26 22 v36 h30 v-54 h44 v34 h30 l15 -18 l15 18 v62 Z" fill="#191e3a"/>
            <path d="M150 0 L120 58 H146 L118 116 L182 44 H154 L176 0 Z" fill="#fff0a0"/>
            <g stroke="#9fb3e6" stroke-width="3" stroke-linecap="round">
                <path d="M24 14 l-8 22 M62 8 l-8 22 M98 30 l-8 22 M40 58 l-8 22"/>
                <path d="M84 76 l-8 22 M206 22 l-8 22 M198 76 l-8 22 M110 4 l-6 16"/>
            </g>
            <path
                d="M0 0 H220 V164 H0 Z M110 0 V164 M0 82 H220" fill="none"
                stroke="#8d6a54" stroke-width="10" stroke-linejoin="round"
            />
        </g>
        <rect x="118" y="180" width="244" height="12" rx="4" fill="#a37b60"/>
        <g fill="#6d4a3c" stroke="#1b2036" stroke-width="3">
            <rect x="70" y="214" width="340" height="90"/>
            <rect x="96" y="228" width="288" height="24" fill="#0e1124"/>
            <rect x="88" y="246" width="304" height="48" fill="#7d5646"/>
        </g>
        <circle cx="240" cy="270" r="9" fill="#d9b45f" stroke="#1b2036" stroke-width="3"/>
        <g fill="#fff"><circle cx="226" cy="238" r="7"/> <circle cx="254" cy="238" r="7"/></g>
        <g fill="#0e1124"><circle cx="227" cy="235" r="3.5"/> <circle cx="255" cy="235" r="3.5"/></g>
    }
}

fn job<E: 'static>() -> impl View<E> {
    html! {
        {pip(240, 258, Face::Happy, Flame::Calm)}
        {teapot(240, 148)}
        <g fill="none" stroke="#1b2036" stroke-width="7" stroke-linecap="round">
            <path d="M168 150 H312 M178 150 L160 262 M302 150 L320 262"/>
        </g>
        <g transform="translate(398 256)">
            <path d="M-30 -36 H30 Q28 0 10 0 H-10 Q-28 0 -30 -36 Z" fill="#f3ead8" stroke="#1b2036" stroke-width="3"/>
            <path d="M29 -28 q20 0 16 12 q-4 8 -20 6" fill="none" stroke="#1b2036" stroke-width="5"/>
            <ellipse cy="-36" rx="30" ry="6" fill="#b8763a" stroke="#1b2036" stroke-width="3"/>
        </g>
    }
}

fn draught<E: 'static>() -> impl View<E> {
    html! {
        <g stroke="#1b2036" stroke-width="3">
            <rect x="18" y="30" width="104" height="202" fill="#8d6a54"/>
            <rect x="34" y="48" width="72" height="66" rx="4" fill="#7a5946"/>
            <rect x="34" y="130" width="72" height="66" rx="4" fill="#7a5946"/>
            <circle cx="108" cy="136" r="6" fill="#d9b45f"/>
            <rect x="18" y="222" width="104" height="10" fill="#0e1124"/>
        </g>
        {pip(280, 262, Face::Worried, Flame::Leaning)}
        <g fill="none" stroke="#c7d3f2" stroke-width="5" stroke-linecap="round">
            <path d="M126 222 C180 222 190 170 232 172 c24 2 22 32 2 30"/>
            <path d="M132 206 C190 180 200 118 262 122 c30 2 26 38 2 34"/>
            <path d="M128 190 C170 150 230 70 330 92"/>
        </g>
        <path
            d="M386 96 q22 -26 48 -6 q-14 28 -48 6 M386 96 l36 2" fill="#7fae6a"
            stroke="#1b2036" stroke-width="3" stroke-linejoin="round"
        />
    }
}

fn reading<E: 'static>() -> impl View<E> {
    html! {
        {pip(160, 258, Face::Happy, Flame::Calm)}
        {moth(326, 206)}
        <g fill="#f6efdc" stroke="#1b2036" stroke-width="3" stroke-linejoin="round">
            <path d="M326 262 L264 250 L272 208 Q306 206 326 222 Z"/>
            <path d="M326 262 L388 250 L380 208 Q346 206 326 222 Z"/>
        </g>
        <path class="line" d="M284 220 q16 0 30 8 M282 232 q16 0 30 8 M368 220 q-16 0 -30 8 M370 232 q-16 0 -30 8"/>
    }
}

/// A window, with the sun at this height.
fn sunny_window<E: 'static>(sky: &'static str, sun: i32) -> impl View<E> {
    html! {
        <svg x="250" y="22" width="190" height="150" viewBox="0 0 190 150">
            <rect width="190" height="150" fill={sky}/>
            <g transform={format_args!("translate(95 {sun})")}>
                <circle r="62" fill="#ffd45e" opacity="0.4"/>
                <circle r="44" fill="#ffd45e"/>
                <path class="line" d="M-16 -10 q4 -5 8 0 M8 -10 q4 -5 8 0 M-11 4 q11 11 22 0"/>
            </g>
            <path d="M0 150 V132 Q48 112 95 130 T190 122 V150 Z" fill="#7fae6a"/>
        </svg>
        <path d="M250 22 h190 v150 h-190 Z" fill="none" stroke="#8d6a54" stroke-width="10" stroke-linejoin="round"/>
        <rect x="238" y="170" width="214" height="12" rx="4" fill="#a37b60"/>
    }
}

fn morning<E: 'static>() -> impl View<E> {
    html! { {sunny_window("#f7d9a8", 92)} {pip(140, 258, Face::Asleep, Flame::Small)} }
}

fn seed<E: 'static>() -> impl View<E> {
    html! {
        {sunny_window("#8fd0ea", 58)}
        <g transform="translate(140 258)">
            <g class="plant" stroke="#1b2036" stroke-width="3" stroke-linejoin="round">
                <path d="M0 -34 C-4 -66 6 -88 0 -124" fill="none" stroke="#3f7d3c" stroke-width="7"/>
                <path d="M0 -78 C-16 -108 -54 -104 -60 -84 C-42 -66 -16 -66 0 -78 Z" fill="#6fb356"/>
                <path d="M2 -98 C16 -132 56 -130 62 -108 C46 -88 18 -86 2 -98 Z" fill="#86c76a"/>
                <path d="M0 -122 C-12 -138 -8 -154 4 -160 C16 -148 14 -132 0 -122 Z" fill="#9ad67c"/>
            </g>
            {cup(Face::Happy)}
            <ellipse cy="-34" rx="38" ry="8" fill="#5b3f30" stroke="#1b2036" stroke-width="3"/>
        </g>
        <g transform="rotate(14 232 118) translate(232 118) scale(0.6)">{moth(0, 0)}</g>
    }
}
