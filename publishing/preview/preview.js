// Reloads the page when the preview has set it anew, and shows what is wrong meanwhile.
(() => {
  let lost = false;
  const listen = () => {
    const page = encodeURIComponent(location.pathname);
    const socket = new WebSocket(`ws://${location.host}/_preview/socket?page=${page}`);
    socket.onopen = () => { if (lost) location.reload(); };
    socket.onmessage = (message) => {
      const told = JSON.parse(message.data);
      if (told.reload) location.reload();
      else document.getElementById("preview").outerHTML = told.panel;
    };
    socket.onclose = () => { lost = true; setTimeout(listen, 1000); };
  };
  listen();
})();
