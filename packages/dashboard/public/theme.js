// Before the first paint, so that a chosen theme never flashes; a file of its own, because the CSP allows no inline script.
try {
  const theme = localStorage.getItem('hale.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is blocked: the system's choice holds.
}
