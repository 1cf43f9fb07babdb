"""Values that know how to print themselves, in a page, in the PDF, in a figure."""
