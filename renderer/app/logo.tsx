/** The mark: a vertex and the two it approves. */
export function Logo({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" aria-hidden="true" className="logo">
      <path d="M10 4.2 4.6 14.6M10 4.2l5.4 10.4M4.6 14.6h10.8" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="10" cy="4.2" r="2.7" fill="currentColor" />
      <circle cx="4.6" cy="14.8" r="2.2" fill="var(--surface-2)" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="15.4" cy="14.8" r="2.2" fill="var(--surface-2)" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  )
}
