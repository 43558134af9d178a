/** An OAuth error response. */
class Refusal extends Exception {
  final int status;
  final String error;

  Refusal(int status, String error, String description) {
    super(description);
    this.status = status;
    this.error = error;
  }
}
