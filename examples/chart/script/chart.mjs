// The hook around uPlot. `npm run build` builds dist/chart.js and dist/chart.css from it, which are committed.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./style.css";

const SHOWN = 120;

tealight.hook("Chart", {
  async mounted(element) {
    const color = getComputedStyle(element).color;
    const size = () => ({ width: element.clientWidth, height: 300 });
    const axis = { stroke: color, grid: { stroke: "#8884" } };
    const series = [{}, { label: "°C", stroke: "#d9630c", width: 2, points: { show: false } }];
    this.plot = new uPlot({ ...size(), series, axes: [axis, axis] }, [[], []], element);
    this.resized = new ResizeObserver(() => this.plot.setSize(size()));
    this.resized.observe(element);
    const points = new Map();
    const add = (more) => {
      for (const [time, level] of more) points.set(time, level);
      const times = [...points.keys()].sort((one, other) => one - other);
      for (const time of times.splice(0, times.length - SHOWN)) points.delete(time);
      this.plot.setData([times, times.map((time) => points.get(time))]);
      element.dataset.points = times.length;
    };
    element.addEventListener("point", ({ detail }) => add([detail]));
    this.plot.over.addEventListener("click", () => {
      const [times, levels] = this.plot.data;
      const at = this.plot.cursor.idx;
      if (at === null) return;
      const detail = { time: times[at], level: levels[at] };
      element.dispatchEvent(new CustomEvent("picked", { detail }));
    });
    add(await tealight.call(element, "history", SHOWN));
  },

  destroyed() {
    this.resized.disconnect();
    this.plot.destroy();
  },
});
