// Fetches the page again every two seconds, takes over what is marked data-live, and draws the charts of /api/v1/stats.
(() => {
  'use strict';
  const EVERY = 2000;
  const HEIGHT = 190;
  const live = document.getElementById('live');
  const status = document.getElementById('status');
  const pause = document.getElementById('pause');
  const charts = [
    { id: 'requests', columns: ['requestsPerSecond'], names: ['Requests'], colours: ['--first'] },
    { id: 'errors', columns: ['errorsPerSecond'], names: ['Errors'], colours: ['--alarm'] },
    { id: 'latency', columns: ['p50Millis', 'p99Millis'], names: ['Half', '99 %'], colours: ['--first', '--second'] },
  ];
  let history = null;
  let paused = false;

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // What is said is read out by screen readers: only what is new.
  function say(text, lost) {
    if (status.textContent !== text) {
      status.textContent = text;
    }
    live.classList.toggle('lost', lost);
  }

  async function fetched(path) {
    const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(10000) });
    if (!response.ok) {
      throw new Error('status ' + response.status);
    }
    return response;
  }

  function takeOver(text) {
    const next = new DOMParser().parseFromString(text, 'text/html');
    for (const element of document.querySelectorAll('[data-live]')) {
      const fresh = next.getElementById(element.id);
      if (fresh && fresh.innerHTML !== element.innerHTML) {
        element.replaceChildren(...fresh.childNodes);
      }
    }
  }

  function axis(more) {
    const grid = { stroke: colour('--line'), width: 1 };
    return { stroke: colour('--quiet'), grid, ticks: grid, font: '12px system-ui, sans-serif', ...more };
  }

  function draw(chart) {
    const place = document.getElementById('chart-' + chart.id);
    if (chart.plot) {
      chart.plot.destroy();
    }
    const value = (_, number) => (number == null ? '–' : number.toLocaleString('en'));
    const series = chart.names.map((label, i) => (
      { label, value, stroke: colour(chart.colours[i]), width: 2, dash: i === 0 ? undefined : [6, 4], points: { show: false } }));
    chart.plot = new uPlot({
      width: place.clientWidth,
      height: HEIGHT,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      series: [{ value: '{HH}:{mm}:{ss}' }, ...series],
      scales: { y: { range: (_, low, high) => [0, Math.max(1, (high || 0) * 1.1)] } },
      axes: [axis({ space: 90, values: [[1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1]] }), axis({ size: 56 })],
      cursor: { drag: { x: false, y: false } },
    }, data(chart), place);
  }

  const data = chart => [history.seconds, ...chart.columns.map(column => history[column])];

  function drawAll() {
    if (history) {
      charts.forEach(draw);
    }
  }

  function show(stats) {
    const first = history === null;
    history = stats.history;
    if (first) {
      drawAll();
    } else {
      charts.forEach(chart => chart.plot.setData(data(chart)));
    }
  }

  async function refresh() {
    if (!paused && !document.hidden) {
      try {
        const [page, stats] = await Promise.all([fetched(location.pathname), fetched('/api/v1/stats')]);
        takeOver(await page.text());
        show(await stats.json());
        say('Live, every 2 seconds', false);
      } catch (failure) {
        say('No answer; these numbers are old (' + failure.message + ')', true);
      }
    }
    setTimeout(refresh, EVERY);
  }

  pause.addEventListener('click', () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    say(paused ? 'Paused' : 'Live, every 2 seconds', false);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  new ResizeObserver(() => {
    if (history) {
      charts.forEach(chart => chart.plot.setSize({ width: document.getElementById('chart-' + chart.id).clientWidth, height: HEIGHT }));
    }
  }).observe(document.querySelector('.charts'));
  live.hidden = false;
  refresh();
})();
