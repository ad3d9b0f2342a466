"""What a deployment of this service costs: units measured in this process, prices and assumptions from files."""
