// The person with the phone at Keycloak's own pages; the words are approve|deny URL [USER_CODE], or refused URL USER_CODE
// for a code that nobody was given, which prints what the page says to it.
import { browse } from '../chromium.mjs';

await browse(async (page, decision, url, userCode) => {
  await page.goto(url);
  if (userCode) {
    await page.getByLabel('Enter the code provided by your device').fill(userCode);
    await page.getByRole('button', { name: 'Submit' }).click();
  }
  if (decision === 'refused') {
    console.log(await page.locator('.kc-feedback-text').innerText());
    return;
  }

  await page.getByLabel('Username or email').fill('alice');
  await page.locator('#password').fill('alice-password');
  await page.getByRole('button', { name: 'Sign In' }).click();

  await page.getByRole('heading', { name: 'Grant Access' }).waitFor();
  if (decision === 'approve') {
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByRole('heading', { name: 'Device Login Successful' }).waitFor();
  } else {
    await page.getByRole('button', { name: 'No' }).click();
    await page.getByText('Consent denied').waitFor();
  }
});
