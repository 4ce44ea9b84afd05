import './spinner.css'

/** Where something is going to stand, at its size, so that nothing jumps when it comes. */
export function Skeleton({
  width = '100%',
  height = 16,
}: {
  readonly width?: number | string
  readonly height?: number
}) {
  return <span className="skeleton" style={{ width, height }} aria-hidden />
}
