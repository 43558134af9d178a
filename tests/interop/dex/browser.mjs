// The person with the phone at dex's own pages; the words are approve|deny|refused URL [USER_CODE], where "refused" is for
// a code that nobody was given. Prints what the last page says.
import { browse } from '../chromium.mjs';

await browse(async (page, decision, url, userCode) => {
  await page.goto(url);
  await page.getByRole('heading', { name: 'Enter User Code' }).waitFor();
  if (userCode) await page.locator('#user_code').fill(userCode);
  await page.getByRole('button', { name: 'Submit' }).click();
  const say = async (selector) => console.log((await page.locator(selector).innerText()).replace(/\s+/g, ' '));
  if (decision === 'refused') return say('#login-error');

  await page.locator('#login').fill('alice@example.test');
  await page.locator('#password').fill('alice-password');
  await page.getByRole('button', { name: 'Login' }).click();

  await page.getByRole('heading', { name: 'Grant Access' }).waitFor();
  await page.getByRole('button', { name: decision === 'approve' ? 'Grant Access' : 'Cancel' }).click();
  await page.getByRole('heading', { name: 'Grant Access' }).waitFor({ state: 'detached' });
  return say('.theme-panel');
});
