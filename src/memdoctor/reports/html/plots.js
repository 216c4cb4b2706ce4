"use strict";
// Draws the data of each figure in the colours of the page: dark, light, or on paper.
(() => {
  const PAPER_WIDTH = 680;
  const MAX_WAY = 40; // characters of a name in the way back
  const paper = matchMedia("print");
  let printing = paper.matches;

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Colours are objects {"css": name}; a text of a file is never an object.
  const colored = (value) => {
    if (Array.isArray(value)) return value.map(colored);
    if (value === null || typeof value !== "object") return value;
    if (typeof value.css === "string") return css(value.css);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, colored(inner)]));
  };

  const axis = (own) => ({
    gridcolor: css("--grid"), linecolor: css("--line"), zerolinecolor: css("--line"), automargin: true, ...own,
  });
  const layoutOf = (plot) => {
    const own = colored(plot.layout);
    const named = plot.traces.filter((trace) => trace.name && trace.showlegend !== false);
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: css("--ink"), family: "system-ui, sans-serif", size: 13 },
      hoverlabel: { bgcolor: css("--panel"), bordercolor: css("--line"), font: { color: css("--ink") }, align: "left" },
      margin: { l: 12, r: 12, t: 12, b: 40 }, showlegend: named.length > 0,
      legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 }, uirevision: "same", hovermode: "closest", dragmode: "zoom",
      ...own,
      xaxis: axis(own.xaxis), yaxis: axis(own.yaxis),
      ...(printing ? { width: PAPER_WIDTH } : {}),
    };
  };
  const config = {
    responsive: true, displaylogo: false, displayModeBar: false, typesetMath: false, showTips: false, doubleClick: "reset",
  };

  const plots = [...document.querySelectorAll("figure")].flatMap((figure) => {
    const data = figure.querySelector("script.plot-data");
    if (!data) return [];
    const plot = JSON.parse(data.textContent);
    return [{ ...plot, drawing: figure.querySelector(".drawing"), way: figure.querySelector(".way"), level: "n0" }];
  });

  const draw = (plot) => {
    const traces = colored(plot.traces).map((trace) => (plot.tree ? { ...trace, level: plot.level } : trace));
    return Plotly.react(plot.drawing, traces, layoutOf(plot), config);
  };

  // The way from the whole to what is shown, as buttons: it leads back, also by keys.
  const showWay = (plot) => {
    const { ids, parents, customdata, text } = plot.traces[0];
    const way = [];
    for (let id = plot.level; id; id = parents[ids.indexOf(id)]) way.unshift(id);
    plot.way.replaceChildren(...way.map((id) => {
      const button = document.createElement("button");
      const at = ids.indexOf(id);
      const whole = customdata[at]; // the name as it is: labels are for plotly, which reads entities in them
      const name = whole.length > MAX_WAY ? `${whole.slice(0, MAX_WAY)}…` : whole;
      button.type = "button";
      button.textContent = `${name} ${text[at]}`;
      if (id === plot.level) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => enter(plot, id));
      return button;
    }));
  };
  const enter = (plot, id) => {
    plot.level = id;
    showWay(plot);
    return draw(plot);
  };

  const begin = async (plot) => {
    await draw(plot);
    if (!plot.tree) return;
    showWay(plot);
    const { ids, parents } = plot.traces[0];
    plot.drawing.on("plotly_icicleclick", (event) => {
      const clicked = event.points[0].id;
      const isLeaf = !parents.includes(clicked);
      const up = parents[ids.indexOf(clicked)];
      const next = clicked === plot.level || isLeaf ? up : clicked;
      if (next) enter(plot, next);
      return false;
    });
  };

  const redraw = () => plots.forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  const print = (now) => {
    if (printing === now) return; // a browser tells it twice: as an event, and by the medium
    printing = now;
    redraw();
  };
  paper.addEventListener("change", (event) => print(event.matches));
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  Promise.all(plots.map(begin)).then(() => document.documentElement.setAttribute("data-drawn", String(plots.length)));
})();
