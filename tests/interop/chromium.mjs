// The person with the phone: one page of Debian's Chromium.
// Usage of the scripts that stand on this: node SCRIPT NPM_DIRECTORY CHROMIUM WORD…
import { createRequire } from 'node:module';

// Calls act(page, ...words); says on stderr what was on the page where that goes wrong.
export async function browse(act) {
  const [npmDirectory, executablePath, ...words] = process.argv.slice(2);
  const { chromium } = createRequire(`${npmDirectory}/package.json`)('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox', // Chromium refuses to run as root with it
      '--no-proxy-server',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  try {
    await act(page, ...words);
  } catch (error) {
    console.error(page.url(), await page.content());
    throw error;
  } finally {
    await browser.close();
  }
}
