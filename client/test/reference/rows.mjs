/**
 * Plans a change of rows: the removed ones, and those that stay in place while the others move around them. These are a
 * longest increasing subsequence or, because any increasing one is correct, sometimes a shorter one at random.
 */
export function planRows(rows, values, random) {
  const old = new Map(rows.map(({ key }, at) => [key, at]));
  const kept = values.filter(({ key }) => old.has(key)).map(({ key }) => key);
  const keys = new Set(kept);
  const removed = rows.flatMap(({ key }, at) => (keys.has(key) ? [] : [at]));

  const best = kept.map((key, at) => {
    let [length, previous] = [1, -1];
    return { at: old.get(key), key, length, previous };
  });
  best.forEach((here, index) => {
    best.slice(0, index).forEach((earlier, at) => {
      if (earlier.at < here.at && earlier.length >= here.length) Object.assign(here, { length: earlier.length + 1, previous: at });
    });
  });
  const stays = new Set();
  let last = best.reduce((last, { length }, at) => (last < 0 || length > best[last].length ? at : last), -1);
  for (; last >= 0; last = best[last].previous) if (random() < 0.95) stays.add(best[last].key);
  return { removed, stays };
}
