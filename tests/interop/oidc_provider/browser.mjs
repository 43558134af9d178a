// The person with the phone clicks through oidc-provider's own pages; the words are URL approve|deny.
import { browse } from '../chromium.mjs';

await browse(async (page, url, decision) => {
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
});
