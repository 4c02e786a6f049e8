#!/usr/bin/env bash
# Draws the sandbox's sample video "Cell division" with its poster and its seek-bar sprite. The results are committed;
# run this only to change them. Needs node, and ffmpeg with libx264, libvpx-vp9, libopus and drawtext.
set -euo pipefail

cd "$(dirname "$0")/.."
out=src/sandbox/media
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

seconds=16
rate=25
font=${FONT:-/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf}

cat > "$work/frames.mjs" <<'NODE'
import { once } from 'node:events';

const [seconds, rate] = process.argv.slice(2).map(Number);
const width = 640;
const height = 360;
const midX = 320;
const midY = 184;

const clamp = (value) => Math.min(1, Math.max(0, value));
const ease = (from, to, time) => {
  const x = clamp((time - from) / (to - from));
  return x * x * (3 - 2 * x);
};
const mix = (a, b, amount) => a + (b - a) * amount;
// The smooth union of two shapes is what makes one cell pinch into two.
const union = (a, b, softness) => {
  const h = clamp(0.5 + (0.5 * (b - a)) / softness);
  return mix(b, a, h) - softness * h * (1 - h);
};
const rod = (px, py, x, y, angle, half) => {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const along = (px - x) * c + (py - y) * s;
  const across = -(px - x) * s + (py - y) * c;
  return Math.hypot(along - Math.max(-half, Math.min(half, along)), across) - 3.6;
};

const strands = [-36, -12, 12, 36];
const colours = [
  [255, 190, 92],
  [255, 125, 110],
];

for (let frame = 0; frame < seconds * rate; frame += 1) {
  const time = frame / rate;
  const stretch = ease(6.2, 9.2, time);
  const split = ease(8.6, 12.2, time);
  const apart = 42 * stretch + 66 * split;
  const radius = mix(104, 80, Math.max(stretch * 0.45, split)) + 1.6 * Math.sin(time * 1.7);
  const softness = mix(70, 16, split);
  const nucleus = 1 - ease(2.2, 3.8, time) + ease(11.4, 13.2, time);
  const condensed = ease(2.0, 3.6, time) - 0.75 * ease(12.2, 13.8, time);
  const lined = ease(3.4, 5.4, time);
  const pulled = ease(6.0, 9.0, time);

  const rods = [];
  strands.forEach((offset, index) => {
    for (const side of [-1, 1]) {
      const pole = side * mix(5, apart + 14, pulled);
      const scatterX = Math.cos(index * 2.1 + side) * 34;
      const scatterY = Math.sin(index * 1.7 + side * 0.6) * 30;
      const gather = 1 - 0.52 * pulled;
      const wobble = Math.sin(time * 2.2 + index * 1.3 + side);
      rods.push({
        x: midX + mix(scatterX, pole, lined) + wobble * 1.2,
        y: midY + mix(scatterY, offset * gather, lined) + wobble * 1.6,
        angle: mix(index * 0.9 + side * 0.7, side * 0.5 * (pulled - 0.4) * Math.sign(offset), lined),
        half: mix(3, 10, condensed),
        colour: colours[index % 2],
      });
    }
  });

  const pixels = Buffer.allocUnsafe(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const left = Math.hypot(x - (midX - apart), (y - midY) * 1.04) - radius;
      const right = Math.hypot(x - (midX + apart), (y - midY) * 1.04) - radius;
      const body = union(left, right, softness);
      const shade = 1 - 0.34 * Math.hypot((x - midX) / 420, (y - midY) / 260);
      let r = 15 * shade;
      let g = 47 * shade;
      let b = 66 * shade;
      const glow = 0.22 * Math.exp(-Math.max(body, 0) / 26);
      r += glow * 40;
      g += glow * 150;
      b += glow * 150;
      const inside = clamp(0.5 - body / 1.6);
      if (inside > 0) {
        const depth = clamp(-body / 70);
        r = mix(r, mix(120, 52, depth), inside * 0.92);
        g = mix(g, mix(214, 134, depth), inside * 0.92);
        b = mix(b, mix(196, 150, depth), inside * 0.92);
        const core = union(
          Math.hypot(x - (midX - apart), y - midY) - 47,
          Math.hypot(x - (midX + apart), y - midY) - 47,
          10,
        );
        const veil = clamp(0.5 - core / 2.4) * clamp(nucleus) * 0.42;
        r = mix(r, 22, veil);
        g = mix(g, 78, veil);
        b = mix(b, 108, veil);
        for (const item of rods) {
          if (Math.abs(x - item.x) > 20 || Math.abs(y - item.y) > 20) continue;
          const cover = clamp(0.5 - rod(x, y, item.x, item.y, item.angle, item.half) / 1.4) * mix(0.35, 1, condensed);
          r = mix(r, item.colour[0], cover);
          g = mix(g, item.colour[1], cover);
          b = mix(b, item.colour[2], cover);
        }
      }
      const rim = clamp(1.1 - Math.abs(body + 1.5) / 2.2);
      r = mix(r, 198, rim * 0.8);
      g = mix(g, 244, rim * 0.8);
      b = mix(b, 228, rim * 0.8);
      pixels[at] = r;
      pixels[at + 1] = g;
      pixels[at + 2] = b;
      at += 3;
    }
  }
  if (!process.stdout.write(pixels)) await once(process.stdout, 'drain');
}
NODE

title="drawtext=fontfile=$font:text='Cell division':x=28:y=24:fontsize=24:fontcolor=white@0.95"
phase() {
  local text=$1 from=$2 to=$3
  printf "drawtext=fontfile=%s:text='%s':x=28:y=58:fontsize=18:fontcolor=0xc6f4e4:alpha='min(1,min((t-%s)*3,(%s-t)*3))':enable='between(t,%s,%s)'" \
    "$font" "$text" "$from" "$to" "$from" "$to"
}
text="$title,$(phase Interphase 0 3),$(phase Prophase 3 4.6),$(phase Metaphase 4.6 6.4),$(phase Anaphase 6.4 9.4),$(phase Telophase 9.4 12.4),$(phase 'Two daughter cells' 12.4 16)"

# A quiet chord that breathes: A2, E3, A3 and C#4.
voice='0.050*sin(2*PI*110*t)*(0.7+0.3*sin(2*PI*0.125*t))+0.040*sin(2*PI*164.81*t)*(0.7+0.3*sin(2*PI*0.17*t+1))+0.026*sin(2*PI*220*t)*(0.6+0.4*sin(2*PI*0.11*t+2))+0.014*sin(2*PI*277.18*t)*(0.5+0.5*sin(2*PI*0.21*t))'
sound="aevalsrc='$voice':s=44100:d=$seconds,afade=t=in:d=1.5,afade=t=out:st=$((seconds - 2)):d=2"

node "$work/frames.mjs" "$seconds" "$rate" |
  ffmpeg -v error -y -f rawvideo -pix_fmt rgb24 -s 640x360 -r "$rate" -i - -vf "$text" -c:v ffv1 "$work/master.mkv"

ffmpeg -v error -y -i "$work/master.mkv" -f lavfi -i "$sound" -shortest -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
  -c:v libx264 -preset veryslow -profile:v main -crf 24 -pix_fmt yuv420p -g 50 -c:a aac -b:a 56k -movflags +faststart "$out/cell-division.mp4"
ffmpeg -v error -y -i "$work/master.mkv" -f lavfi -i "$sound" -shortest -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
  -c:v libvpx-vp9 -crf 36 -b:v 0 -g 50 -row-mt 1 -cpu-used 2 -pix_fmt yuv420p -c:a libopus -b:a 40k "$out/cell-division.webm"
ffmpeg -v error -y -ss 7.6 -i "$work/master.mkv" -frames:v 1 -q:v 4 -fflags +bitexact "$out/cell-division-poster.jpg"
# The seek bar shows one of 100 pictures, side by side in one strip.
ffmpeg -v error -y -i "$work/master.mkv" -vf "fps=100/$seconds,scale=164:92,tile=100x1" -frames:v 1 -q:v 12 -fflags +bitexact "$out/cell-division-sprite.jpg"

ls -l "$out"
