/** Whether a text is an address that one can send requests to: `https://linehaul.example`. */
export function isHttpAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text)
}
