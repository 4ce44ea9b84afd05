import { useEffect, useState } from 'react'

/** Of the page, as the shell sets it: a canvas takes its colours when it is drawn. */
export function useThemeName(): string {
  const [name, setName] = useState(themeName)
  useEffect(() => {
    const observer = new MutationObserver(() => setName(themeName()))
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => observer.disconnect()
  }, [])
  return name
}

function themeName(): string {
  return document.documentElement.dataset.theme ?? ''
}
