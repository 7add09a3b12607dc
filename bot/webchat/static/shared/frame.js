// Fits the page between the address bar and the on-screen keyboard, also where CSS alone cannot (iOS).

/** Keep the custom property `--height` at the height that can really be seen. */
export function fitScreen() {
  const visible = window.visualViewport;
  if (!visible) return;
  const fit = () => {
    // Zoomed in on purpose: then the layout must stay as it is.
    if (visible.scale > 1.01) return;
    document.documentElement.style.setProperty("--height", `${visible.height}px`);
    if (visible.offsetTop > 0) scrollTo(0, 0);
  };
  visible.addEventListener("resize", fit);
  visible.addEventListener("scroll", fit);
  fit();
}
