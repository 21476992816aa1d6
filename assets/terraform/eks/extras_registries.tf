resource "aws_ecr_repository" "repository" {
  for_each = var.ecr_repositories

  name                 = each.key
  image_tag_mutability = each.value.immutable_tags ? "IMMUTABLE" : "MUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "repository" {
  for_each = var.ecr_repositories

  repository = aws_ecr_repository.repository[each.key].name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Untagged images go after two weeks"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "The newest ${each.value.keep_images} images stay"
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = each.value.keep_images }
        action       = { type = "expire" }
      },
    ]
  })
}
