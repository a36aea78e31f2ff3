//! The figures and things of the story. Each stands at the point `x`, `y`.

use tealight::prelude::*;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Face {
    Asleep,
    Happy,
    Worried,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Flame {
    Out,
    Small,
    Calm,
    Leaning,
}

/// Pip, with the light around the flame.
pub(crate) fn pip<E: 'static>(x: i32, y: i32, face: Face, flame: Flame) -> impl View<E> {
    html! {
        <g transform={format_args!("translate({x} {y})")}>
            {light(flame)}
            {cup(face)}
            <ellipse cy="-34" rx="38" ry="8" fill="#f6efdc" stroke="#1b2036" stroke-width="3"/>
            if flame != Flame::Out { <ellipse cy="-34" rx="22" ry="4" fill="#ffd88a"/> }
            <path d="M0 -33 V-45" stroke="#3a2d2d" stroke-width="4" stroke-linecap="round"/>
        </g>
    }
}

/// The metal cup of a tealight, with a face on it.
pub(crate) fn cup<E: 'static>(face: Face) -> impl View<E> {
    html! {
        <path
            d="M-38 -34 L-33 -3 Q0 5 33 -3 L38 -34 Z" fill="#c3cddb"
            stroke="#1b2036" stroke-width="3" stroke-linejoin="round"
        />
        <circle cx="-21" cy="-9" r="4" fill="#f08a8a" opacity="0.6"/>
        <circle cx="21" cy="-9" r="4" fill="#f08a8a" opacity="0.6"/>
        match face {
            Face::Asleep => <path class="line" d="M-16 -15 q4 4 8 0 M8 -15 q4 4 8 0 M-4 -8 q4 3 8 0"/>,
            Face::Happy => <g>{eyes(12, -16)} <path class="line" d="M-7 -10 q7 8 14 0"/></g>,
            Face::Worried => <g>{eyes(12, -16)} <ellipse cy="-6" rx="3.5" ry="4" fill="#1b2036"/></g>,
        }
    }
}

/// Two open eyes, this far to the left and right.
fn eyes<E: 'static>(apart: i32, y: i32) -> impl View<E> {
    html! {
        <circle cx={-apart} cy={y} r="3.5" fill="#1b2036"/>
        <circle cx={apart} cy={y} r="3.5" fill="#1b2036"/>
    }
}

fn light<E: 'static>(flame: Flame) -> impl View<E> {
    let (scale, degrees) = match flame {
        Flame::Out => (0.0, 0),
        Flame::Small => (0.55, 0),
        Flame::Calm => (1.0, 0),
        Flame::Leaning => (0.9, 52),
    };
    html! {
        if flame != Flame::Out {
            <g transform={format_args!("translate(0 -40) scale({scale}) rotate({degrees})")}>
                <g fill="#ffc65c">
                    <circle cy="-20" r="150" opacity="0.1"/>
                    <circle cy="-20" r="100" opacity="0.13"/>
                    <circle cy="-20" r="58" opacity="0.2"/>
                </g>
                {tongue()}
            </g>
        }
    }
}

/// A flame whose foot is at the origin.
fn tongue<E: 'static>() -> impl View<E> {
    html! {
        <g class="flame">
            <path d="M0 -50 C20 -28 20 -6 0 0 C-20 -6 -20 -28 0 -50 Z" fill="#ff9a3c"/>
            <path d="M0 -34 C11 -20 11 -6 0 -2 C-11 -6 -11 -20 0 -34 Z" fill="#fff1b0"/>
        </g>
    }
}

/// A burning match on thin legs, which bows to the left.
pub(crate) fn burning_match<E: 'static>(x: i32, y: i32) -> impl View<E> {
    html! {
        <g transform={format_args!("translate({x} {y})")}>
            <g transform="translate(-42 -125)" fill="#ffc65c">
                <circle r="100" opacity="0.14"/>
                <circle r="58" opacity="0.2"/>
            </g>
            <path class="limb" d="M-4 -34 L-12 0 h-8 M4 -34 L10 0 h-8"/>
            <g transform="translate(0 -30) rotate(-24)">
                <path class="limb" d="M-6 -50 Q-34 -44 -36 -66 M6 -46 Q26 -40 24 -20"/>
                <rect x="-7" y="-104" width="14" height="108" rx="4" fill="#e8c48f" stroke="#1b2036" stroke-width="3"/>
                <g transform="translate(0 -104)">
                    {tongue()}
                    <ellipse rx="11" ry="13" fill="#b8453a" stroke="#1b2036" stroke-width="3"/>
                </g>
                <circle cx="-3" cy="-78" r="2.2" fill="#1b2036"/>
                <circle cx="4" cy="-78" r="2.2" fill="#1b2036"/>
                <path class="line" d="M-3 -71 q3 3 6 0"/>
            </g>
        </g>
    }
}

/// A teapot that steams.
pub(crate) fn teapot<E: 'static>(x: i32, y: i32) -> impl View<E> {
    html! {
        <g transform={format_args!("translate({x} {y})")}>
            <path class="steam" d="M-112 -92 q-10 -14 0 -26 t0 -26 M-96 -98 q-8 -12 0 -22 t0 -22"/>
            <g fill="#cf5b49" stroke="#1b2036" stroke-width="3" stroke-linejoin="round">
                <path d="M54 -72 C112 -84 116 -18 58 -22" fill="none" stroke-width="13"/>
                <path d="M54 -72 C112 -84 116 -18 58 -22" fill="none" stroke="#cf5b49" stroke-width="7"/>
                <path d="M-52 -30 C-92 -36 -84 -78 -112 -82 L-100 -92 C-72 -86 -72 -62 -50 -64 Z"/>
                <path d="M-44 0 C-86 -40 -62 -92 0 -92 C62 -92 86 -40 44 0 Z"/>
                <path d="M-34 -88 Q0 -112 34 -88 Z"/>
                <circle cy="-106" r="8"/>
            </g>
            <path d="M-42 -62 Q-34 -78 -18 -82" fill="none" stroke="#f2a292" stroke-width="6" stroke-linecap="round"/>
        </g>
    }
}

/// A moth with glasses.
pub(crate) fn moth<E: 'static>(x: i32, y: i32) -> impl View<E> {
    html! {
        <g transform={format_args!("translate({x} {y})")}>
            <g class="wings" fill="#d9cbb2" stroke="#1b2036" stroke-width="3" stroke-linejoin="round">
                <path d="M-6 -8 C-30 -58 -70 -50 -60 -16 C-56 2 -24 6 -6 2 Z"/>
                <path d="M6 -8 C30 -58 70 -50 60 -16 C56 2 24 6 6 2 Z"/>
                <circle cx="-40" cy="-24" r="7" fill="#b98d5a"/>
                <circle cx="40" cy="-24" r="7" fill="#b98d5a"/>
            </g>
            <path class="line" d="M-4 -34 Q-8 -50 -20 -52 M4 -34 Q8 -50 20 -52"/>
            <ellipse cy="-4" rx="11" ry="22" fill="#a58a68" stroke="#1b2036" stroke-width="3"/>
            <circle cy="-26" r="14" fill="#c4aa85" stroke="#1b2036" stroke-width="3"/>
            {eyes(6, -27)}
            <g fill="none" stroke="#1b2036" stroke-width="2">
                <circle cx="-6" cy="-27" r="6"/>
                <circle cx="6" cy="-27" r="6"/>
            </g>
            <path class="line" d="M-3 -18 q3 3 6 0"/>
        </g>
    }
}
