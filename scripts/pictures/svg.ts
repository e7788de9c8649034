/** What pictures share: colours that follow the reader's light or dark theme, and text that is escaped. */

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const STYLE = `
    :root { --ink: #24292f; --line: #8c959f; --fill: #f6f8fa; --accent: #0550ae }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6edf3; --line: #656d76; --fill: #161b22; --accent: #79c0ff }
    }
    text { fill: var(--ink); font: 14px system-ui, 'PingFang SC', 'Noto Sans SC', 'Microsoft YaHei', sans-serif }
    .code { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre }
    .accent { fill: var(--accent) }
    .strong { font-weight: 600 } .middle { text-anchor: middle }
    rect { fill: var(--fill); stroke: var(--line) }
    path, line { fill: none; stroke: var(--line) }
    .arrow { stroke: var(--accent) } .head { fill: var(--accent); stroke: none }`

/** A whole picture of that size in pixels; `title` is read aloud, and says what is to be seen. */
export const picture = (width: number, height: number, title: string, content: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <title>${escapeXml(title)}</title>
  <style>${STYLE}
  </style>
  ${content.join('\n  ')}
</svg>
`
