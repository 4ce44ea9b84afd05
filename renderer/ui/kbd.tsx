import './chip.css'

const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

const symbols: Readonly<Record<string, string>> = isApple
  ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↵' }
  : { Mod: 'Ctrl', Enter: '↵' }

/** Keys to press: "Mod+K" is ⌘K on a Mac and Ctrl K elsewhere. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className="kbd">
      {keys.split('+').map((key) => (
        <kbd key={key}>{symbols[key] ?? key}</kbd>
      ))}
    </span>
  )
}
