// The person with the phone: opens the verification URI in Debian's Chromium and clicks through
// oidc-provider's own pages.
// Usage: node browser.mjs NPM_DIRECTORY CHROMIUM URL approve|deny
import { createRequire } from 'node:module';

const [npmDirectory, executablePath, url, decision] = process.argv.slice(2);
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
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  await page.getByRole('heading', { name: 'Confirm Device' }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.getByPlaceholder('Enter any login').fill('alice');
  await page.getByPlaceholder('and password').fill('any password');
  await page.getByRole('button', { name: 'Sign-in' }).click();

  await page.getByRole('heading', { name: 'Authorize' }).waitFor();
  if (decision === 'approve') {
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Sign-in Success' }).waitFor();
  } else {
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByText('request was interrupted').waitFor();
  }
} catch (error) {
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    console.error(page.url(), await page.content());
  }
  throw error;
} finally {
  await browser.close();
}
